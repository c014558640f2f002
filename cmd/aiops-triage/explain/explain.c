/*
 * The filter: context goes by and is kept, incidents are answered.
 */
#include "aiops-triage/explain/explain.h"

#include "aiops-triage/evidence/records.h"
#include "aiops-triage/evidence/telemetry.h"
#include "aiops-triage/explain/decide.h"
#include "aiops-triage/explain/pages.h"
#include "aiops-triage/explain/render.h"
#include "aiops-triage/knowledge/knowledge.h"
#include "base/buf.h"
#include "cli/datadir.h"
#include "cli/filter.h"

/* The answer to one incident: hypotheses and quotes are bounded, texts are cut at their source. */
#define ANSWER_MAX_BYTES (4u << 20)
/* With --exit-status: a budget kept the language model from being asked. */
#define EXPLAIN_OVER_BUDGET 10

struct explain {
	struct cli *cli;
	const struct explain_options *options;
	struct knowledge knowledge;
	struct telemetry telemetry;
	struct judge *judge;
	struct pages pages; /* --format text */
	struct buf json, text;
	uint64_t answered, abstained, context_bad;
	const char *context_file; /* that is being read */
};

/* ---- incidents ---- */

static void say(struct explain *x, struct filter *f, const struct record *r, const struct answer *a,
		const struct incident *inc)
{
	if (x->options->format == EXPLAIN_TEXT && record_text(r, "merged_into").len) {
		pages_drop(&x->pages, inc->id);
		return;
	}
	if (x->options->format == EXPLAIN_TEXT) {
		buf_clear(&x->text);
		render(a, inc, &x->text);
		pages_put(&x->pages, inc->id, buf_span(&x->text),
			  span_is(record_text(r, "change"), "resolved"));
		return;
	}
	buf_clear(&x->json);
	answer_write(a, &x->json);
	filter_annotate(f, "triage", buf_span(&x->json));
}

static int on_incident(struct explain *x, struct filter *f, const struct record *r, struct err *e)
{
	struct incident inc;
	struct answer a = {0};
	int rc;

	incident_read(&inc, r);
	rc = decide(&a, &x->knowledge, &x->telemetry, &inc,
		    knowledge_index_age_s(&x->knowledge, x->cli), e);
	if (rc == 0)
		rc = judge_answer(x->judge, &a, &x->telemetry.context, &inc, e);
	if (rc == 0) {
		x->answered += !a.abstained;
		x->abstained += a.abstained;
		say(x, f, r, &a, &inc);
	}
	answer_release(&a);
	incident_release(&inc);
	return rc;
}

/* ---- the filter ---- */

static int on_record(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	struct explain *x = ctx;

	if (record_kind(r) == KIND_INCIDENT)
		return on_incident(x, f, r, e);
	telemetry_add(&x->telemetry, r);
	if (x->options->format == EXPLAIN_NDJSON)
		filter_pass(f);
	return 0;
}

/* Barriers and other control lines are no text for a person. */
static int on_control(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	const struct explain *x = ctx;

	(void)r;
	(void)e;
	if (x->options->format == EXPLAIN_NDJSON)
		filter_pass(f);
	return 0;
}

static int on_finish(void *ctx, struct filter *f, struct err *e)
{
	struct explain *x = ctx;

	(void)f;
	(void)e;
	pages_flush(&x->pages);
	return 0;
}

static int on_save(void *ctx, struct filter *f, struct err *e)
{
	struct explain *x = ctx;

	(void)f;
	return judge_save(x->judge, e);
}

static void on_stats(void *ctx, struct buf *json)
{
	const struct explain *x = ctx;

	buf_addf(
		json,
		",\"answered\":%llu,\"abstained\":%llu,\"past_incidents\":%zu,\"past_skipped\":%zu",
		(unsigned long long)x->answered, (unsigned long long)x->abstained,
		x->knowledge.index ? index_documents(x->knowledge.index) : 0,
		x->knowledge.past_skipped);
	buf_addf(json, ",\"runbooks\":%zu,\"runbooks_skipped\":%zu,\"context_rejected\":%llu",
		 x->knowledge.runbooks.n, x->knowledge.runbooks.skipped,
		 (unsigned long long)x->context_bad);
	buf_addf(json, ",\"context_bytes\":%zu", x->telemetry.context.bytes);
	buf_addf(json, ",\"series\":%zu,\"series_dropped\":%llu,\"series_bytes\":%zu",
		 x->telemetry.series.n, (unsigned long long)x->telemetry.series.dropped,
		 x->telemetry.series.bytes);
	buf_addf(json, ",\"messages\":%zu,\"messages_dropped\":%llu", x->telemetry.logs.n,
		 (unsigned long long)x->telemetry.logs.dropped);
	buf_addf(json, ",\"spans\":%zu,\"spans_dropped\":%llu", x->telemetry.spans.n,
		 (unsigned long long)x->telemetry.spans.dropped);
	for (int k = 0; k < CONTEXT_KINDS; k++)
		buf_addf(json, ",\"%s_kept\":%zu,\"%s_dropped\":%llu",
			 context_kind_name((enum context_kind)k), x->telemetry.context.rings[k].n,
			 context_kind_name((enum context_kind)k),
			 (unsigned long long)x->telemetry.context.rings[k].dropped);
	judge_stats(x->judge, json);
}

/* ---- --context ---- */

static void on_context(void *ctx, int64_t line, const struct record *r)
{
	struct explain *x = ctx;

	(void)line;
	telemetry_add(&x->telemetry, r);
}

static void on_bad_context(void *ctx, int64_t line, const char *why)
{
	struct explain *x = ctx;
	struct buf where = BUF_INIT(8192);

	buf_addf(&where, "%s:%lld", x->context_file, (long long)line);
	if (x->context_bad++ < 5)
		msg(x->cli, MSG_WARNING, buf_cstr(&where), "context skipped: %s", why);
	buf_release(&where);
}

static int load_context(struct explain *x, struct err *e)
{
	static const struct records_ops ops = {.record = on_context, .bad = on_bad_context};

	for (size_t i = 0; i < x->options->context.n; i++) {
		x->context_file = x->options->context.items[i];
		if (records_read(x->context_file, cli_common(x->cli)->max_record, &ops, x, e) != 0)
			return -1;
	}
	return 0;
}

/* Appends the path of an installed file, or that which an option names. */
static int data_path(const char *option, const char *dir, const char *file, struct buf *path,
		     struct err *e)
{
	if (option) {
		buf_add_cstr(path, option);
		return 0;
	}
	if (datadir_find(dir, path, e) != 0)
		return -1;
	buf_add_char(path, '/');
	buf_add_cstr(path, file);
	return 0;
}

/* "FILE:3:5: " in front of what is wrong in it; a file that is not there is named already. */
static int in_file(const char *path, struct err *e)
{
	size_t line = e->line, col = e->col;

	if (e->code == EX_UNREADABLE)
		return -1;
	e->line = e->col = 0;
	return line ? err_prefix(e, "%s:%zu:%zu", path, line, col) : err_prefix(e, "%s", path);
}

static int load_tables(struct explain *x, struct err *e)
{
	const struct explain_options *o = x->options;
	struct buf path = BUF_INIT(16u << 10);
	int rc = data_path(o->weights, "weights", "triage.yaml", &path, e);

	if (rc == 0 && weights_load(&x->knowledge.weights, buf_cstr(&path), e) != 0)
		rc = in_file(buf_cstr(&path), e);
	buf_clear(&path);
	if (rc == 0)
		rc = data_path(o->metric_kinds, "metrics", "kinds.yaml", &path, e);
	if (rc == 0 && kinds_load(&x->telemetry.kinds, buf_cstr(&path), e) != 0)
		rc = in_file(buf_cstr(&path), e);
	buf_release(&path);
	if (rc == 0 && o->topology && graph_load(&x->telemetry.graph, o->topology, e) != 0)
		rc = in_file(o->topology, e);
	return rc;
}

static int prepare(struct explain *x, struct err *e)
{
	const struct explain_options *o = x->options;

	if (knowledge_signatures(&x->knowledge, o->signatures, e) != 0 || load_tables(x, e) != 0 ||
	    knowledge_past(&x->knowledge, x->cli, &o->history, &o->past, e) != 0 ||
	    knowledge_runbooks(&x->knowledge, x->cli, o->runbooks, e) != 0)
		return -1;
	x->judge = judge_open(x->cli, &o->judge, &x->knowledge, e);
	return x->judge ? load_context(x, e) : -1;
}

int explain_run(struct cli *c)
{
	static const struct filter_ops ops = {.record = on_record,
					      .control = on_control,
					      .finish = on_finish,
					      .save = on_save,
					      .idle = on_save,
					      .stats = on_stats};
	struct explain x = {.cli = c,
			    .options = cli_options(c),
			    .json = BUF_INIT(ANSWER_MAX_BYTES),
			    .text = BUF_INIT(ANSWER_MAX_BYTES)};
	struct telemetry_limits limits = {
		.context_records = (size_t)x.options->context_records,
		.context_bytes = x.options->context_bytes,
		.metric_bytes = x.options->metric_bytes,
	};
	struct err e = ERR_INIT;
	int code;

	knowledge_init(&x.knowledge);
	telemetry_init(&x.telemetry, &limits);
	pages_init(&x.pages, c);
	if (prepare(&x, &e) != 0)
		code = msg_err(c, NULL, &e);
	else
		code = filter_run(c, &ops, &x);
	if (code == EX_DONE && cli_common(c)->exit_status && judge_over_budget(x.judge))
		code = EXPLAIN_OVER_BUDGET;
	if (code == EX_DONE && cli_common(c)->exit_status && x.answered)
		code = EX_FOUND;
	judge_close(x.judge);
	pages_release(&x.pages);
	telemetry_release(&x.telemetry);
	knowledge_release(&x.knowledge);
	buf_release(&x.json);
	buf_release(&x.text);
	return code;
}
