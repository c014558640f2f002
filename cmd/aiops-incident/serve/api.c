/*
 * Incidents as JSON, and metrics.
 */
#include "aiops-incident/measure/measure.h"
#include "aiops-incident/register/change.h"
#include "aiops-incident/serve/serve.h"
#include "base/num.h"
#include "base/when.h"
#include "record/jsonw.h"

enum { BODY_MAX = 64 << 20, PAGE = 100, PAGE_MAX = 1000, MOMENTS = 20 };

/* ---- the list ---- */

struct query {
	struct selection which;
	struct buf problem; /* empty: none */
};

static const char *const parameters[] = {"status", "severity", "service", "since",
					 "limit",  "before",   NULL};

static bool is_parameter(void *ctx, const char *name)
{
	struct query *q = ctx;

	for (size_t i = 0; parameters[i]; i++) {
		if (strcmp(name, parameters[i]) == 0)
			return true;
	}
	buf_addf(&q->problem,
		 "there is no parameter '%.50s'; there are status, severity, service, "
		 "since, limit, before",
		 name);
	return false;
}

static void read_words(struct query *q, const struct exchange *x)
{
	struct span status = exchange_query(x, "status"), severity = exchange_query(x, "severity");

	if (span_is(status, "open")) {
		q->which.open = true;
	} else if (status.data) {
		q->which.status = status_from_name(status);
		if (q->which.status == STATUSES)
			buf_add_cstr(&q->problem, "status: it is open, or a state of an incident");
	}
	if (severity.data) {
		q->which.severity = severity_from_either(severity);
		if (q->which.severity == SEVERITY_UNKNOWN)
			buf_add_cstr(&q->problem,
				     "severity: critical, high, medium, low, SEV1 to SEV4");
	}
	q->which.service = exchange_query(x, "service");
}

static void read_number(struct query *q, const struct exchange *x, const char *name, int64_t max,
			int64_t *out)
{
	struct span text = exchange_query(x, name);
	struct err e = ERR_INIT;

	if (text.data && num_parse_i64(text, 1, max, out, &e) != 0)
		buf_addf(&q->problem, "%s: a number from 1 to %lld", name, (long long)max);
}

static void read_query(struct query *q, const struct exchange *x, int64_t now_ns)
{
	struct span since = exchange_query(x, "since");
	struct err e = ERR_INIT;
	struct instant at;

	*q = (struct query){.which = SELECTION_ALL, .problem = BUF_INIT(1000)};
	q->which.newest_first = true;
	q->which.limit = PAGE;
	exchange_query_names(x, is_parameter, q);
	read_words(q, x);
	read_number(q, x, "limit", PAGE_MAX, &q->which.limit);
	read_number(q, x, "before", INT64_MAX, &q->which.before_number);
	if (since.data && when_parse(since, now_ns, &at, &e) == 0)
		q->which.since_ns = at.ns;
	else if (since.data)
		buf_add_cstr(&q->problem, "since: a time, a date, or how long ago");
}

struct listing {
	struct jsonw w;
	int64_t n, last;
};

static int add_incident(void *ctx, const struct incident *inc, struct err *e)
{
	struct listing *l = ctx;
	struct buf record = BUF_INIT(BODY_MAX);

	(void)e;
	incident_write_record(&record, inc);
	jsonw_raw(&l->w, buf_span(&record));
	buf_release(&record);
	l->n++;
	l->last = inc->number;
	return 0;
}

void api_list(struct service *s, struct exchange *x)
{
	struct buf body = BUF_INIT(BODY_MAX);
	struct listing l = {.w = jsonw_to(&body)};
	struct err e = ERR_INIT;
	struct query q;

	read_query(&q, x, env_now_ns(cli_env(s->c)));
	jsonw_object(&l.w);
	jsonw_key(&l.w, "incidents");
	jsonw_array(&l.w);
	if (q.problem.len == 0 && s->store)
		(void)!incident_each(s->store, &q.which, add_incident, &l, &e); /* e says it */
	jsonw_array_end(&l.w);
	/* The next page, if there may be one. */
	if (l.n == q.which.limit)
		jsonw_member_i64(&l.w, "next_before", l.last);
	jsonw_object_end(&l.w);
	buf_add_char(&body, '\n');
	if (q.problem.len)
		answer_problem(x, 400, "bad_request", "%s", buf_cstr(&q.problem));
	else if (e.code)
		answer_store_failed(s, x, &e);
	else if (buf_overflowed(&body))
		answer_problem(x, 413, "too_much",
			       "these are too many at once: ask with a smaller limit");
	else
		answer_json(x, 200, buf_span(&body));
	buf_release(&q.problem);
	buf_release(&body);
}

/* ---- one ---- */

/* The last MOMENTS, and how many there were before. */
struct moments {
	struct jsonw *w;
	int64_t skip;
};

static int add_moment(void *ctx, const struct entry *en, struct err *e)
{
	struct moments *m = ctx;
	struct jsonw *w = m->w;

	(void)e;
	if (m->skip-- > 0)
		return 0;
	jsonw_object(w);
	jsonw_member_time(w, "timestamp", instant_from_ns(en->at_ns));
	jsonw_member(w, "change", en->change);
	jsonw_member_opt(w, "from", en->from);
	jsonw_member_opt(w, "status", en->status);
	jsonw_member(w, "actor", en->actor);
	jsonw_member_opt(w, "text", en->text);
	jsonw_object_end(w);
	return 0;
}

static int write_one(struct service *s, const struct incident *inc, struct pool *pool,
		     struct buf *body, struct err *e)
{
	struct jsonw w = jsonw_to(body);
	struct moments m = {.w = &w, .skip = inc->entries - MOMENTS};
	struct buf record = BUF_INIT(BODY_MAX);
	struct span line;
	int rc;

	incident_write_record(&record, inc);
	buf_add(body, record.data, record.len - 1);
	buf_release(&record);
	w.comma = true;
	jsonw_key(&w, "timeline");
	jsonw_array(&w);
	rc = entry_each(s->store, inc, false, add_moment, &m, e);
	jsonw_array_end(&w);
	if (rc == 0)
		rc = incident_record(s->store, inc, pool, &line, e);
	/* What aiops-correlate and aiops-triage said last: members, causes, evidence. */
	if (rc == 0 && line.data) {
		jsonw_key(&w, "record");
		jsonw_raw(&w, line);
	}
	jsonw_object_end(&w);
	buf_add_char(body, '\n');
	return rc;
}

void api_one(struct service *s, struct exchange *x, struct span id)
{
	struct buf body = BUF_INIT(BODY_MAX);
	struct err e = ERR_INIT;
	struct pool pool = {0};
	struct incident inc;
	int rc = s->store ? incident_find(s->store, id, &pool, &inc, &e) : 0;

	if (rc == 1 && write_one(s, &inc, &pool, &body, &e) == 0)
		answer_json(x, 200, buf_span(&body));
	else if (e.code == EX_BADUSAGE)
		answer_problem(x, 400, "bad_request", "%s", e.text);
	else if (e.code)
		answer_store_failed(s, x, &e);
	else
		answer_problem(x, 404, "not_found", "there is no such incident");
	pool_release(&pool);
	buf_release(&body);
}

/* ---- metrics ---- */

void api_metrics(struct service *s, struct exchange *x)
{
	struct buf body = BUF_INIT(BODY_MAX);
	struct err e = ERR_INIT;

	if (measure_exposition(s->store, &body, &e) != 0)
		answer_store_failed(s, x, &e);
	else
		exchange_answer(x, 200, "text/plain; version=0.0.4", buf_span(&body));
	buf_release(&body);
}
