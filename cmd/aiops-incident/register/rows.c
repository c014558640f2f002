/*
 * Incidents as rows: one list of columns writes the SQL, binds and reads.
 */
#include "aiops-incident/register/register.h"
#include "aiops-incident/register/register_impl.h"

#include <math.h>

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

int incident_read_row(sqlite3_stmt *st, struct pool *pool, struct incident *out, struct err *e)
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
int incident_read_one(struct store *s, sqlite3_stmt *st, struct pool *pool, struct incident *out,
		      struct err *e)
{
	int rc = store_step(s, st, e);

	if (rc == 1 && incident_read_row(st, pool, out, e) != 0)
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
