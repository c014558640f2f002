/*
 * Finding incidents: by what people call them, by where records come from, and many.
 */
#include "aiops-incident/register/register.h"
#include "aiops-incident/register/register_impl.h"

#include <ctype.h>

#include "base/num.h"

enum { MERGES_MAX = 100 };

static int by_number(struct store *s, int64_t number, struct pool *pool, struct incident *out,
		     struct err *e)
{
	sqlite3_stmt *st = store_stmt(s, SELECT "WHERE number=?", e);

	if (!st)
		return -1;
	store_bind_i64(st, 1, number);
	return incident_read_one(s, st, pool, out, e);
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
	rc = incident_read_one(s, st, pool, out, e);
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
	if (rc == 1 && incident_read_row(st, pool, out, e) != 0)
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

int incident_by_key(struct store *s, struct span key, int64_t at_ns, int64_t window_ns,
		    struct pool *pool, struct incident *out, struct err *e)
{
	sqlite3_stmt *st =
		store_stmt(s,
			   SELECT "WHERE key=?1 AND merged_into IS NULL"
				  " AND coalesce(min(starts_ns,detected_ns),detected_ns) <= ?3"
				  " AND (is_open=1 OR resolved_ns >= ?2"
				  " AND status IN ('resolved','post_mortem'))"
				  " ORDER BY number DESC LIMIT 1",
			   e);

	if (!st)
		return -1;
	store_bind_text(st, 1, key);
	store_bind_i64(st, 2, at_ns - window_ns);
	store_bind_i64(st, 3, at_ns + window_ns);
	return incident_read_one(s, st, pool, out, e);
}

int incident_survivor(struct store *s, struct pool *pool, struct incident *inc, struct err *e)
{
	/* Nothing makes a circle; should there be one, it is no reason to go round for ever. */
	for (int i = 0; i < MERGES_MAX && inc->merged_into.data; i++) {
		struct incident next;
		int rc = incident_by_id(s, inc->merged_into, pool, &next, e);

		if (rc <= 0)
			return rc;
		*inc = next;
	}
	return 0;
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

		if (incident_read_row(st, &pool, &inc, e) != 0 || fn(ctx, &inc, e) != 0) {
			rc = -1;
			break;
		}
		pool_release(&pool);
	}
	pool_release(&pool);
	sqlite3_reset(st);
	return rc == 0 ? 0 : -1;
}
