/*
 * The filter: records go by, and in front of each incident stand those that were got for it.
 */
#include "aiops-triage/gather/gather.h"

#include <stdlib.h>

#include "aiops-triage/gather/convert.h"
#include "base/instant.h"
#include "base/map.h"
#include "base/mem.h"
#include "cli/datadir.h"
#include "cli/filter.h"
#include "record/event.h"
#include "record/jsonw.h"

/* Alerts that are remembered, for the labels of an incident's members. */
#define ALERTS_MAX      20000
#define ALERTS_BYTES    (8u << 20)
#define REQUESTS_MAX    256    /* of one incident at once */
#define REMEMBERED_MAX  100000 /* requests made, and records passed on */
#define OUT_BYTES       (256u << 20)
#define LINE_BYTES      (4u << 20)
#define PATH_BYTES      (16u << 10)
#define KEY_BYTES       (256u << 10)
#define CHILD_ENV_MAX   8
#define CHILD_ENV_BYTES (32u << 10)

struct gather {
	struct cli *cli;
	const struct gather_options *options;
	struct queries queries;
	struct context alerts;
	struct map asked, given; /* requests by incident; ids of records */
	struct fetch_setting setting;
	char *ingest; /* owned */
	char *child_env[CHILD_ENV_MAX + 1];
	struct record *record;
	struct buf lines, json, key;
	uint64_t queries_made, failed, refused, unknown, absent, records, cut, repeated;
};

/* ---- what is said of a query that failed ---- */

static void give_notice(struct gather *x, struct filter *f, const struct incident *inc,
			const char *event, struct span query, const struct err *why)
{
	struct instant at = instant_from_ns(env_now_ns(cli_env(x->cli)));
	char id[EVENT_ID_LEN + 1], when[INSTANT_TEXT];
	size_t n = instant_text(at, when);
	struct jsonw w;

	buf_clear(&x->key);
	buf_add_span(&x->key, inc->record_id);
	buf_add_char(&x->key, ' ');
	buf_add_span(&x->key, query);
	event_id(id, SPAN("notice"), SPAN("aiops-triage"), buf_span(&x->key), span_cstr(event),
		 span_of(when, n));
	buf_clear(&x->json);
	w = jsonw_to(&x->json);
	jsonw_object(&w);
	jsonw_member_i64(&w, "v", 1);
	jsonw_member(&w, "kind", SPAN("notice"));
	jsonw_member(&w, "id", span_cstr(id));
	jsonw_member_time(&w, "timestamp", at);
	jsonw_member(&w, "source", SPAN("aiops-triage"));
	jsonw_member(&w, "title", span_cstr(why->text));
	if (inc->id.len)
		jsonw_member(&w, "incident", inc->id);
	jsonw_key(&w, "notice");
	jsonw_object(&w);
	jsonw_member(&w, "event", span_cstr(event));
	jsonw_member(&w, "query", query);
	jsonw_object_end(&w);
	jsonw_object_end(&w);
	filter_emit(f, buf_span(&x->json));
	msg(x->cli, MSG_INFO, filter_where(f), "query %.*s: %s", (int)query.len, query.data,
	    why->text);
}

/* ---- what to ask ---- */

static bool is_new(struct map *seen, struct span key)
{
	bool added;

	if (seen->live >= REMEMBERED_MAX)
		map_clear(seen);
	(void)map_put(seen, key, &added);
	return added;
}

/* Adds the request, unless it cannot be made or was made for this incident before. */
static void plan(struct gather *x, struct filter *f, const struct incident *inc,
		 const struct query *q, const struct place *p, struct fetch *fs, size_t *n)
{
	struct gather_request r;
	struct err why = ERR_INIT;
	int rc = request_fill(q, p, env_now_ns(cli_env(x->cli)), &r, &why);

	if (rc > 0)
		x->unknown++;
	if (rc < 0) {
		x->refused++;
		give_notice(x, f, inc, "query_refused", q->id, &why);
	}
	if (rc != 0)
		return;
	buf_clear(&x->key);
	buf_add_span(&x->key, inc->id);
	buf_add_char(&x->key, '\0');
	request_key(&r, &x->key);
	if (*n < REQUESTS_MAX && is_new(&x->asked, buf_span(&x->key)))
		fs[(*n)++] = (struct fetch){.request = r};
	else
		request_release(&r);
}

static size_t plan_all(struct gather *x, struct filter *f, const struct incident *inc,
		       struct fetch *fs)
{
	struct place places[PLACES_MAX];
	size_t n = 0, n_places = places_of(inc, &x->alerts, places, (size_t)x->options->places);

	for (size_t i = 0; i < x->queries.n; i++) {
		const struct query *q = &x->queries.items[i];

		for (size_t k = 0; k < (q->once ? 1 : n_places); k++)
			plan(x, f, inc, q, &places[k], fs, &n);
	}
	return n;
}

/* ---- what came ---- */

static void annotate(struct gather *x, struct filter *f, const struct incident *inc,
		     const struct query *q)
{
	struct jsonw w;

	buf_clear(&x->key);
	w = jsonw_to(&x->key);
	jsonw_object(&w);
	jsonw_key(&w, "gathered");
	jsonw_object(&w);
	jsonw_member(&w, "query", q->id);
	jsonw_member(&w, "incident", inc->id);
	jsonw_object_end(&w);
	jsonw_object_end(&w);
	buf_clear(&x->json);
	record_splice(x->record, "triage", buf_span(&x->key), &x->json);
	x->json.len--; /* its newline */
	filter_emit(f, buf_span(&x->json));
}

/* One line of what aiops-ingest made: a record of a kind that explains, not seen before. */
static bool give_line(struct gather *x, struct filter *f, const struct incident *inc,
		      const struct query *q, struct span line)
{
	enum reject_code why;
	struct err bad = ERR_INIT;

	buf_clear(&x->json);
	buf_add_span(&x->json, line);
	if (!buf_room(&x->json, RECORD_PADDING))
		return false;
	if (record_parse(x->record, x->json.data, line.len, &why, &bad) != 0)
		return false;
	switch (record_kind(x->record)) {
	case KIND_ALERT:
	case KIND_LOG:
	case KIND_METRIC:
	case KIND_CHANGE:
	case KIND_TRACE:
	case KIND_TOPOLOGY:
		break;
	default:
		return false;
	}
	if (!is_new(&x->given, record_text(x->record, "id"))) {
		x->repeated++;
		return false;
	}
	annotate(x, f, inc, q);
	x->records++;
	return true;
}

static void give_lines(struct gather *x, struct filter *f, const struct incident *inc,
		       const struct query *q)
{
	const char *p = x->lines.data, *end = p + x->lines.len;
	size_t n = 0;

	while (p < end) {
		const char *lf = memchr(p, '\n', (size_t)(end - p));
		struct span line = span_of(p, (size_t)((lf ? lf : end) - p));

		if (line.len && n == q->max_records)
			x->cut++;
		else if (line.len)
			n += give_line(x, f, inc, q, line);
		p += line.len + 1;
	}
}

static void give(struct gather *x, struct filter *f, const struct incident *inc, struct fetch *got)
{
	const struct query *q = got->request.query;

	buf_clear(&x->lines);
	if (got->state == FETCH_DONE &&
	    convert(x->ingest, got, &x->setting, &x->lines, &got->err) != 0)
		got->state = FETCH_FAILED;
	x->absent += got->state == FETCH_ABSENT;
	x->queries_made += got->state != FETCH_ABSENT;
	if (got->state == FETCH_FAILED) {
		x->failed++;
		give_notice(x, f, inc, "query_failed", q->id, &got->err);
	}
	if (got->state == FETCH_DONE)
		give_lines(x, f, inc, q);
}

static int on_incident(struct gather *x, struct filter *f, const struct record *r)
{
	struct fetch *fs = mem_array(NULL, REQUESTS_MAX, sizeof *fs);
	struct incident inc;
	size_t n;

	incident_read(&inc, r);
	n = plan_all(x, f, &inc, fs);
	fetch_all(fs, n, &x->setting);
	for (size_t i = 0; i < n; i++) {
		give(x, f, &inc, &fs[i]);
		fetch_release(&fs[i]);
	}
	incident_release(&inc);
	free(fs);
	filter_pass(f);
	return 0;
}

static int on_record(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	struct gather *x = ctx;

	(void)e;
	if (record_kind(r) == KIND_INCIDENT)
		return on_incident(x, f, r);
	if (record_kind(r) == KIND_ALERT)
		context_add(&x->alerts, r);
	filter_pass(f);
	return 0;
}

static void on_stats(void *ctx, struct buf *json)
{
	const struct gather *x = ctx;

	buf_addf(json, ",\"queries\":%llu,\"queries_failed\":%llu,\"queries_refused\":%llu",
		 (unsigned long long)x->queries_made, (unsigned long long)x->failed,
		 (unsigned long long)x->refused);
	buf_addf(json, ",\"queries_unknown\":%llu,\"queries_absent\":%llu",
		 (unsigned long long)x->unknown, (unsigned long long)x->absent);
	buf_addf(json, ",\"gathered\":%llu,\"gathered_cut\":%llu,\"gathered_repeated\":%llu",
		 (unsigned long long)x->records, (unsigned long long)x->cut,
		 (unsigned long long)x->repeated);
}

/* ---- set-up ---- */

/* What commands such as kubectl need to find their own settings, and no more. */
static void make_child_env(struct gather *x)
{
	static const char *const names[] = {"HOME", "KUBECONFIG", "XDG_CONFIG_HOME"};
	struct buf text = BUF_INIT(CHILD_ENV_BYTES);
	size_t n = 0;

	buf_addf(&text, "PATH=%s", x->options->path);
	x->child_env[n++] = buf_take(&text);
	x->child_env[n++] = mem_dupz("LC_ALL=C");
	x->child_env[n++] = mem_dupz("TZ=UTC0");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value = cli_getenv(names[i]);

		if (!value)
			continue;
		buf_addf(&text, "%s=%s", names[i], value);
		x->child_env[n++] = buf_take(&text);
	}
	buf_release(&text);
}

static int prepare(struct gather *x, struct err *e)
{
	struct buf dir = BUF_INIT(PATH_BYTES);
	int rc = endpoints_check(&x->options->endpoints, e);

	if (rc == 0 && !x->options->context_dir && (rc = datadir_find("context", &dir, e)) != 0)
		(void)err_prefix(e, "queries (name their folder with --context-dir)");
	if (rc == 0)
		rc = queries_load(
			&x->queries,
			x->options->context_dir ? x->options->context_dir : buf_cstr(&dir), e);
	if (rc == 0)
		rc = convert_find(x->options->path, &x->ingest, e);
	buf_release(&dir);
	make_child_env(x);
	x->setting = (struct fetch_setting){.endpoints = &x->options->endpoints,
					    .env = cli_env(x->cli),
					    .path = x->options->path,
					    .deadline_ms = x->options->deadline_ms,
					    .child_env = (const char *const *)x->child_env};
	return rc;
}

static void release(struct gather *x)
{
	queries_release(&x->queries);
	context_release(&x->alerts);
	map_release(&x->asked);
	map_release(&x->given);
	record_free(x->record);
	buf_release(&x->lines);
	buf_release(&x->json);
	buf_release(&x->key);
	free(x->ingest);
	for (size_t i = 0; x->child_env[i]; i++)
		free(x->child_env[i]);
}

int gather_run(struct cli *c)
{
	static const struct filter_ops ops = {.record = on_record, .stats = on_stats};
	struct gather x = {.cli = c,
			   .options = cli_options(c),
			   .record = record_new(LINE_BYTES),
			   .lines = BUF_INIT(OUT_BYTES),
			   .json = BUF_INIT(2 * LINE_BYTES),
			   .key = BUF_INIT(KEY_BYTES)};
	struct err e = ERR_INIT;
	int code;

	queries_init(&x.queries);
	context_init(&x.alerts, ALERTS_MAX, ALERTS_BYTES);
	map_init(&x.asked);
	map_init(&x.given);
	record_remember_shapes(x.record, false);
	if (prepare(&x, &e) != 0)
		code = msg_err(c, NULL, &e);
	else
		code = filter_run(c, &ops, &x);
	release(&x);
	return code;
}
