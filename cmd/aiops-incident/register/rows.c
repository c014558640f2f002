/*
 * Incidents as rows: one list of columns writes the SQL, binds and reads.
 */
#include "aiops-incident/register/register.h"

#include <ctype.h>
#include <math.h>

#include "base/num.h"

/* X(kind, member) for each column that is a member of struct incident, but id and number. */
#define COLUMNS(X)                                                                                 \
	X(I64, version)                                                                            \
	X(STATUS, status)                                                                          \
	X(SEVERITY, severity)                                                                      \
	X(BOOL, severity_set)                                                                      \
	X(BOOL, title_set)                                                                         \
	X(TEXT, title)                                                                             \
	X(TEXT, type)                                                                              \
	X(TEXT, service)                                                                           \
	X(TEXT, services)                                                                          \
	X(TEXT, resources)                                                                         \
	X(TEXT, metrics)                                                                           \
	X(TEXT, key)                                                                               \
	X(TEXT, component)                                                                         \
	X(TEXT, hypothesis)                                                                        \
	X(TEXT, first_action)                                                                      \
	X(TEXT, runbook)                                                                           \
	X(DOUBLE, confidence)                                                                      \
	X(TEXT, cause)                                                                             \
	X(TEXT, remedy)                                                                            \
	X(TEXT, detected_by)                                                                       \
	X(TEXT, assigned_to)                                                                       \
	X(TEXT, commander)                                                                         \
	X(TEXT, communications)                                                                    \
	X(TEXT, acked_by)                                                                          \
	X(TEXT, merged_into)                                                                       \
	X(TIME, starts_ns)                                                                         \
	X(TIME, detected_ns)                                                                       \
	X(TIME, acked_ns)                                                                          \
	X(TIME, mitigated_ns)                                                                      \
	X(TIME, resolved_ns)                                                                       \
	X(TIME, last_seen_ns)                                                                      \
	X(BOOL, auto_resolved)                                                                     \
	X(BOOL, automated)                                                                         \
	X(I64, agreed)                                                                             \
	X(I64, alerts)                                                                             \
	X(I64, reopened)                                                                           \
	X(I64, entries)

enum column_kind {
	COLUMN_I64,
	COLUMN_BOOL,
	COLUMN_TEXT,
	COLUMN_DOUBLE,
	COLUMN_TIME,
	COLUMN_STATUS,
	COLUMN_SEVERITY
};

static const struct column {
	enum column_kind kind;
	size_t offset;
} columns[] = {
#define ROW(kind, member) {COLUMN_##kind, offsetof(struct incident, member)},
	COLUMNS(ROW)
#undef ROW
};
enum { N_COLUMNS = sizeof columns / sizeof *columns };

#define NAME(kind, member) "," #member
#define SELECT             "SELECT number,id" COLUMNS(NAME) " FROM aiops_incident "

static int64_t *i64_at(void *base, size_t offset)
{
	return (int64_t *)(void *)((char *)base + offset);
}

static void bind_column(sqlite3_stmt *st, int index, const struct column *c,
			const struct incident *inc)
{
	const char *at = (const char *)inc + c->offset;
	int64_t n = c->kind == COLUMN_I64 || c->kind == COLUMN_TIME
			    ? *(const int64_t *)(const void *)at
			    : 0;
	double d = c->kind == COLUMN_DOUBLE ? *(const double *)(const void *)at : 0;

	switch (c->kind) {
	case COLUMN_I64:
		store_bind_i64(st, index, n);
		break;
	case COLUMN_BOOL:
		store_bind_i64(st, index, *(const bool *)at);
		break;
	case COLUMN_TEXT:
		store_bind_text(st, index, *(const struct span *)(const void *)at);
		break;
	case COLUMN_DOUBLE: /* NaN is bound as NULL */
		sqlite3_bind_double(st, index, d);
		break;
	case COLUMN_TIME:
		if (n == INCIDENT_NEVER)
			sqlite3_bind_null(st, index);
		else
			store_bind_i64(st, index, n);
		break;
	case COLUMN_STATUS:
		store_bind_text(st, index, span_cstr(status_name(inc->status)));
		break;
	case COLUMN_SEVERITY:
		store_bind_text(st, index, span_cstr(severity_name(inc->severity)));
		break;
	}
}

static void read_column(sqlite3_stmt *st, int index, const struct column *c, struct pool *pool,
			struct incident *inc)
{
	char *at = (char *)inc + c->offset;
	bool null = sqlite3_column_type(st, index) == SQLITE_NULL;
	struct span text;

	switch (c->kind) {
	case COLUMN_I64:
		*i64_at(inc, c->offset) = sqlite3_column_int64(st, index);
		break;
	case COLUMN_BOOL:
		*(bool *)at = sqlite3_column_int(st, index) != 0;
		break;
	case COLUMN_TEXT:
		text = store_text(st, index);
		*(struct span *)(void *)at = null ? SPAN_NONE : pool_copy(pool, text);
		break;
	case COLUMN_DOUBLE:
		*(double *)(void *)at = null ? NAN : sqlite3_column_double(st, index);
		break;
	case COLUMN_TIME:
		*i64_at(inc, c->offset) = null ? INCIDENT_NEVER : sqlite3_column_int64(st, index);
		break;
	case COLUMN_STATUS:
		inc->status = status_from_name(store_text(st, index));
		break;
	case COLUMN_SEVERITY:
		inc->severity = severity_from_name(store_text(st, index));
		break;
	}
}

static int read_row(sqlite3_stmt *st, struct pool *pool, struct incident *out, struct err *e)
{
	struct span id = store_text(st, 1);

	*out = (struct incident){.number = sqlite3_column_int64(st, 0)};
	for (int i = 0; i < N_COLUMNS; i++)
		read_column(st, 2 + i, &columns[i], pool, out);
	if (id.len != INCIDENT_ID_LEN || out->status == STATUSES)
		return err_set(e, EX_IO, "incident %lld of the register is damaged",
			       (long long)out->number);
	memcpy(out->id, id.data, id.len);
	return 0;
}

/* The one row that st (bound) gives: 1, 0, -1. */
static int read_one(struct store *s, sqlite3_stmt *st, struct pool *pool, struct incident *out,
		    struct err *e)
{
	int rc = store_step(s, st, e);

	if (rc == 1 && read_row(st, pool, out, e) != 0)
		rc = -1;
	sqlite3_reset(st);
	return rc;
}

/* ---- writing ---- */

#define MARK(kind, member) ",?"
#define SET(kind, member)  "," #member "=?"

/* is_open and rank follow from the others: they are there to be found by. Merged ones are not open.
 */
static void bind_derived(sqlite3_stmt *st, int index, const struct incident *inc)
{
	store_bind_i64(st, index, status_is_open(inc->status) && !inc->merged_into.data);
	store_bind_i64(st, index + 1, inc->severity);
}

int incident_insert(struct store *s, struct incident *inc, struct err *e)
{
	sqlite3_stmt *st = store_stmt(s,
				      "INSERT INTO aiops_incident(id" COLUMNS(
					      NAME) ",is_open,rank) VALUES(?" COLUMNS(MARK) ",?,?)",
				      e);

	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(inc->id));
	for (int i = 0; i < N_COLUMNS; i++)
		bind_column(st, 2 + i, &columns[i], inc);
	bind_derived(st, 2 + N_COLUMNS, inc);
	if (store_step(s, st, e) != 0)
		return -1;
	inc->number = sqlite3_last_insert_rowid(store_db(s));
	return 0;
}

int incident_update(struct store *s, const struct incident *inc, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s, "UPDATE aiops_incident SET is_open=?,rank=?" COLUMNS(SET) " WHERE number=?", e);

	if (!st)
		return -1;
	bind_derived(st, 1, inc);
	for (int i = 0; i < N_COLUMNS; i++)
		bind_column(st, 3 + i, &columns[i], inc);
	store_bind_i64(st, 3 + N_COLUMNS, inc->number);
	return store_step(s, st, e) == 0 ? 0 : -1;
}

int source_put(struct store *s, struct span name, int64_t number, int64_t revision, struct err *e)
{
	sqlite3_stmt *st = store_stmt(s,
				      "INSERT OR REPLACE INTO aiops_incident_source"
				      "(name,number,revision) VALUES(?,?,?)",
				      e);

	if (!st)
		return -1;
	store_bind_text(st, 1, name);
	store_bind_i64(st, 2, number);
	store_bind_i64(st, 3, revision);
	return store_step(s, st, e) == 0 ? 0 : -1;
}

/* ---- finding ---- */

static int by_number(struct store *s, int64_t number, struct pool *pool, struct incident *out,
		     struct err *e)
{
	sqlite3_stmt *st = store_stmt(s, SELECT "WHERE number=?", e);

	if (!st)
		return -1;
	store_bind_i64(st, 1, number);
	return read_one(s, st, pool, out, e);
}

int incident_by_source(struct store *s, struct span name, struct pool *pool, struct incident *out,
		       int64_t *revision, struct err *e)
{
	sqlite3_stmt *st =
		store_stmt(s, "SELECT number,revision FROM aiops_incident_source WHERE name=?", e);
	int64_t number = 0;
	int rc;

	if (!st)
		return -1;
	store_bind_text(st, 1, name);
	rc = store_step(s, st, e);
	if (rc == 1) {
		number = sqlite3_column_int64(st, 0);
		*revision = sqlite3_column_int64(st, 1);
	}
	sqlite3_reset(st);
	return rc == 1 ? by_number(s, number, pool, out, e) : rc;
}

int incident_by_id(struct store *s, struct span id, struct pool *pool, struct incident *out,
		   struct err *e)
{
	sqlite3_stmt *st = store_stmt(s, SELECT "WHERE id=?", e);
	int64_t revision;
	int rc;

	if (!st)
		return -1;
	store_bind_text(st, 1, id);
	rc = read_one(s, st, pool, out, e);
	return rc != 0 ? rc : incident_by_source(s, id, pool, out, &revision, e);
}

/* "7q2m" to "INC-7Q2M"; false if it can be no beginning of an id. */
static bool beginning(struct span word, char out[static INCIDENT_ID_LEN + 1])
{
	size_t n = 0;

	if (word.len >= 4 && span_eq_nocase(span_of(word.data, 4), SPAN("INC-")))
		word = span_of(word.data + 4, word.len - 4);
	if (word.len < 4 || word.len > 16)
		return false;
	memcpy(out, "INC-", 4);
	for (n = 0; n < word.len; n++) {
		if (!isalnum((unsigned char)word.data[n]))
			return false;
		out[4 + n] = (char)toupper((unsigned char)word.data[n]);
	}
	out[4 + n] = '\0';
	return true;
}

static int by_beginning(struct store *s, struct span word, struct pool *pool, struct incident *out,
			struct err *e)
{
	char from[INCIDENT_ID_LEN + 1];
	sqlite3_stmt *st;
	int rc, more;

	if (!beginning(word, from))
		return 0;
	st = store_stmt(s, SELECT "WHERE id >= ?1 AND id < ?1 || '~' ORDER BY id LIMIT 2", e);
	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(from));
	rc = store_step(s, st, e);
	if (rc == 1 && read_row(st, pool, out, e) != 0)
		rc = -1;
	more = rc == 1 ? store_step(s, st, e) : 0;
	sqlite3_reset(st);
	if (more == 1)
		return err_set(e, EX_BADUSAGE, "%s fits several incidents: give more of the id",
			       from);
	return more < 0 ? -1 : rc;
}

int incident_find(struct store *s, struct span word, struct pool *pool, struct incident *out,
		  struct err *e)
{
	struct err no_number = ERR_INIT;
	struct span digits = span_starts(word, "#") ? span_of(word.data + 1, word.len - 1) : word;
	int64_t number;
	int rc = incident_by_id(s, word, pool, out, e);

	if (rc != 0)
		return rc;
	if (num_parse_i64(digits, 1, INT64_MAX, &number, &no_number) == 0) {
		rc = by_number(s, number, pool, out, e);
		if (rc != 0)
			return rc;
	}
	return by_beginning(s, word, pool, out, e);
}

int incident_by_key(struct store *s, struct span key, int64_t since_ns, struct pool *pool,
		    struct incident *out, struct err *e)
{
	sqlite3_stmt *st =
		store_stmt(s,
			   SELECT "WHERE key=? AND merged_into IS NULL AND (is_open=1 OR"
				  " resolved_ns >= ? AND status IN ('resolved','post_mortem'))"
				  " ORDER BY number DESC LIMIT 1",
			   e);

	if (!st)
		return -1;
	store_bind_text(st, 1, key);
	store_bind_i64(st, 2, since_ns);
	return read_one(s, st, pool, out, e);
}

/* ---- many ---- */

static sqlite3_stmt *select_many(struct store *s, const struct selection *w, struct err *e)
{
	static const char where[] =
		" (?1 = 0 OR merged_into IS NULL) AND (?2 IS NULL OR status = ?2) AND rank >= ?3"
		" AND (?4 IS NULL OR service = ?4 OR EXISTS"
		"  (SELECT 1 FROM json_each(services) WHERE value = ?4))"
		" AND (?5 IS NULL OR detected_ns >= ?5) AND (?6 = 0 OR number < ?6)";
	struct buf sql = BUF_INIT(8192);
	sqlite3_stmt *st;

	/* The constant is_open=1 lets SQLite use the index of the open ones. */
	buf_addf(&sql, "%sWHERE%s%s ORDER BY %s LIMIT ?7", SELECT, w->open ? " is_open=1 AND" : "",
		 where,
		 w->newest_first ? "number DESC"
		 : w->open       ? "rank DESC, number"
				 : "is_open DESC, rank DESC, number");
	st = store_stmt(s, buf_cstr(&sql), e);
	buf_release(&sql);
	if (!st)
		return NULL;
	store_bind_i64(st, 1, !w->all);
	store_bind_text(st, 2,
			w->status < 0 ? SPAN_NONE : span_cstr(status_name((enum status)w->status)));
	store_bind_i64(st, 3, w->severity);
	store_bind_text(st, 4, w->service);
	if (w->since_ns == INCIDENT_NEVER)
		sqlite3_bind_null(st, 5);
	else
		store_bind_i64(st, 5, w->since_ns);
	store_bind_i64(st, 6, w->before_number);
	store_bind_i64(st, 7, w->limit ? w->limit : -1);
	return st;
}

int incident_each(struct store *s, const struct selection *which, incident_fn *fn, void *ctx,
		  struct err *e)
{
	sqlite3_stmt *st = select_many(s, which, e);
	struct pool pool = {0};
	int rc;

	if (!st)
		return -1;
	while ((rc = store_step(s, st, e)) == 1) {
		struct incident inc;

		if (read_row(st, &pool, &inc, e) != 0 || fn(ctx, &inc, e) != 0) {
			rc = -1;
			break;
		}
		pool_release(&pool);
	}
	pool_release(&pool);
	sqlite3_reset(st);
	return rc == 0 ? 0 : -1;
}
