#include "aiops-incident/register/count.h"

#include <math.h>

#include "base/instant.h"

const struct count_bound count_bounds[] = {
	{10, "10"},     {30, "30"},     {60, "60"},       {300, "300"},     {900, "900"},
	{1800, "1800"}, {3600, "3600"}, {14400, "14400"}, {86400, "86400"}, {INFINITY, "+Inf"},
};
const size_t count_n_bounds = sizeof count_bounds / sizeof *count_bounds;

int count_add(struct store *s, const char *family, enum severity severity, struct span word,
	      double n, struct err *e)
{
	sqlite3_stmt *st = store_stmt(s,
				      "INSERT INTO aiops_incident_count(family,severity,word,n)"
				      " VALUES(?,?,?,?) ON CONFLICT(family,severity,word)"
				      " DO UPDATE SET n = n + excluded.n",
				      e);

	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(family));
	store_bind_text(st, 2, span_cstr(severity_name(severity)));
	store_bind_text(st, 3, word);
	sqlite3_bind_double(st, 4, n);
	return store_step(s, st, e) == 0 ? 0 : -1;
}

/* A time from one moment to another; nothing if either is not known. */
static int count_time(struct store *s, const char *family, enum severity severity, int64_t from_ns,
		      int64_t to_ns, struct err *e)
{
	double length;
	size_t b = 0;

	if (from_ns == INCIDENT_NEVER || to_ns == INCIDENT_NEVER)
		return 0;
	length = to_ns > from_ns ? ((double)to_ns - (double)from_ns) / (double)NS_PER_S : 0;
	while (length > count_bounds[b].at)
		b++;
	if (count_add(s, family, severity, span_cstr(count_bounds[b].text), 1, e) != 0)
		return -1;
	return count_add(s, family, severity, SPAN("sum"), length, e);
}

/* The type, or "other" if there are COUNT_TYPES already and it is none of them. */
static int count_detected(struct store *s, const struct incident *inc, struct err *e)
{
	struct span type = inc->type.len ? inc->type : SPAN("unknown");
	sqlite3_stmt *st = store_stmt(s,
				      "SELECT count(*) >= ?1 AND sum(word = ?2) = 0 FROM"
				      " (SELECT DISTINCT word FROM aiops_incident_count"
				      " WHERE family='detected' AND word <> 'other')",
				      e);
	int rc;

	if (!st)
		return -1;
	store_bind_i64(st, 1, COUNT_TYPES);
	store_bind_text(st, 2, type);
	rc = store_step(s, st, e);
	if (rc == 1 && sqlite3_column_int(st, 0))
		type = SPAN("other");
	sqlite3_reset(st);
	return rc < 0 ? -1 : count_add(s, COUNT_DETECTED, inc->severity, type, 1, e);
}

int count_change(struct store *s, const struct incident *inc, bool is_new, enum status from,
		 bool acknowledged, struct err *e)
{
	bool over = status_is_open(from) && inc->status == STATUS_RESOLVED;

	if (is_new && (count_detected(s, inc, e) != 0 ||
		       count_time(s, COUNT_DETECTION, inc->severity, inc->starts_ns,
				  inc->detected_ns, e) != 0))
		return -1;
	if (acknowledged &&
	    count_time(s, COUNT_ACKNOWLEDGE, inc->severity,
		       inc->reopened_ns != INCIDENT_NEVER ? inc->reopened_ns : inc->detected_ns,
		       inc->acked_ns, e) != 0)
		return -1;
	if (over && (count_add(s, COUNT_RESOLVED, inc->severity,
			       inc->auto_resolved ? SPAN("auto") : SPAN("person"), 1, e) != 0 ||
		     count_time(s, COUNT_RESOLUTION, inc->severity, inc->detected_ns,
				inc->resolved_ns, e) != 0))
		return -1;
	if (from != STATUS_FALSE_POSITIVE && inc->status == STATUS_FALSE_POSITIVE)
		return count_add(s, COUNT_FALSE, inc->severity, SPAN(""), 1, e);
	return 0;
}

int count_read(struct store *s, const char *family, enum severity severity, struct span word,
	       double *n, struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s, "SELECT n FROM aiops_incident_count WHERE family=? AND severity=? AND word=?",
		e);
	int rc;

	*n = 0;
	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(family));
	store_bind_text(st, 2, span_cstr(severity_name(severity)));
	store_bind_text(st, 3, word);
	rc = store_step(s, st, e);
	if (rc == 1)
		*n = sqlite3_column_double(st, 0);
	sqlite3_reset(st);
	return rc < 0 ? -1 : 0;
}

int count_each(struct store *s, const char *family, count_fn *fn, void *ctx, struct err *e)
{
	sqlite3_stmt *st = store_stmt(s,
				      "SELECT severity,word,n FROM aiops_incident_count"
				      " WHERE family=? ORDER BY severity,word",
				      e);
	int rc;

	if (!st)
		return -1;
	store_bind_text(st, 1, span_cstr(family));
	while ((rc = store_step(s, st, e)) == 1)
		fn(ctx, severity_from_name(store_text(st, 0)), store_text(st, 1),
		   sqlite3_column_double(st, 2));
	sqlite3_reset(st);
	return rc;
}

int count_open(struct store *s, int64_t n[SEVERITY_CRITICAL + 1], struct err *e)
{
	sqlite3_stmt *st = store_stmt(
		s, "SELECT rank,count(*) FROM aiops_incident WHERE is_open=1 GROUP BY rank", e);
	int rc;

	if (!st)
		return -1;
	while ((rc = store_step(s, st, e)) == 1) {
		int64_t rank = sqlite3_column_int64(st, 0);

		if (rank >= 0 && rank <= SEVERITY_CRITICAL)
			n[rank] = sqlite3_column_int64(st, 1);
	}
	sqlite3_reset(st);
	return rc;
}
