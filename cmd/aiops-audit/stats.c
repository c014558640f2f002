/*
 * aiops-audit stats: what the log adds up to, as a table for people, and as metrics for
 * the node exporter's textfile folder (Prometheus text format 0.0.4).
 */
#include "aiops-audit/commands.h"

#include <math.h>
#include <stdlib.h>

#include "aiops-audit/rows.h"
#include "aiops-audit/tally.h"
#include "base/exposition.h"
#include "base/file.h"
#include "base/when.h"
#include "cli/filter.h"

struct stats {
	struct cli *c;
	const struct stats_options *o;
	struct store *store;
	struct audit_head head;
	struct record *parser;
	struct buf padded;
	struct tally tally;
	int64_t broken;
};

static int on_row(void *ctx, const struct row *row, struct err *e)
{
	struct stats *s = ctx;
	const struct record *record;
	struct err broken = ERR_INIT;

	(void)e;
	if (row_parse(row, s->parser, &s->padded, &record, &broken) == 0) {
		tally_add(&s->tally, row, record);
		return 0;
	}
	s->broken++;
	msg(s->c, MSG_ERROR, NULL, "seq %lld: %s", (long long)row->seq, broken.text);
	return 0;
}

/* ---- for people ---- */

static void print_kinds(const struct stats *s, struct buf *out)
{
	struct tally_line *lines;
	size_t n = tally_kinds(&s->tally, &lines);

	buf_addf(out, "log   %s\nrows  %lld", s->head.log, (long long)s->tally.rows);
	if (s->tally.redacted)
		buf_addf(out, " (%lld redacted)", (long long)s->tally.redacted);
	if (s->tally.rows) {
		buf_add_cstr(out, ", from ");
		instant_add(out, (struct instant){s->tally.first_ns, 0});
		buf_add_cstr(out, " to ");
		instant_add(out, (struct instant){s->tally.last_ns, 0});
	}
	buf_add_char(out, '\n');
	for (size_t i = 0; i < n; i++) {
		buf_addf(out, "%10lld  ", (long long)lines[i].n);
		term_line(out, lines[i].name);
		buf_add_char(out, '\n');
	}
	free(lines);
}

/* How often each runbook ran by hand and by machine: what runs well and often by hand is the
 * next to automate. */
static void print_runbooks(const struct stats *s, struct buf *out)
{
	struct tally_runbook *books;
	size_t n = tally_runbooks(&s->tally, &books);

	if (n)
		buf_addf(out, "\n%-40s %6s %9s %6s %7s %10s %9s\n", "RUNBOOK", "RUNS", "SUCCEEDED",
			 "FAILED", "BY HAND", "BY MACHINE", "MEAN TIME");
	for (size_t i = 0; i < n; i++) {
		const struct tally_runbook *b = &books[i];
		struct buf line = BUF_INIT(8192);

		row_add_cell(&line, b->name, 40);
		buf_addf(&line, "%6lld %9lld %6lld %7lld %10lld ", (long long)b->runs,
			 (long long)b->succeeded, (long long)b->failed, (long long)b->by_hand,
			 (long long)b->by_machine);
		if (b->timed)
			buf_addf(&line, "%7.1f s", (double)b->total_ms / (double)b->timed / 1000);
		else
			buf_addf(&line, "%9s", "-");
		row_end_line(&line, 0, out);
		buf_release(&line);
	}
	free(books);
}

static void print_hypotheses(const struct stats *s, struct buf *out)
{
	struct tally_agreement a;

	tally_agreement(&s->tally, &a);
	buf_addf(out, "\nhypotheses: %lld answered, %lld abstained, %lld judged",
		 (long long)a.answered, (long long)a.abstained, (long long)a.judged);
	if (a.judged)
		buf_addf(out, ", %lld right (%.0f %%, 95 %% interval %.0f to %.0f %%)",
			 (long long)a.agreed, 100 * (double)a.agreed / (double)a.judged,
			 100 * a.low, 100 * a.high);
	buf_add_char(out, '\n');
}

/* ---- for Prometheus ---- */

static void add_sample(struct buf *out, const char *name, const char *l1, struct span v1,
		       const char *l2, struct span v2, double value)
{
	const struct exposition_label labels[] = {{l1, v1}, {l2, v2}, {NULL, SPAN_NONE}};

	exposition_sample(out, name, "", labels, value);
}

static void incidents_metrics(const struct tally *t, struct buf *out)
{
	static const char name[] = "aiops_incidents_triaged_total";
	int64_t n[SEVERITY_CRITICAL + 1] = {0};

	for (struct map_entry *en = map_next(&t->incidents, NULL); en;
	     en = map_next(&t->incidents, en)) {
		const struct tally_incident *i = en->value.ptr;

		if (i->class)
			n[i->severity]++;
	}
	exposition_family(out, name, "counter", "Incidents on record that were triaged.");
	for (int s = SEVERITY_UNKNOWN; s <= SEVERITY_CRITICAL; s++)
		add_sample(out, name, "severity", span_cstr(severity_name((enum severity)s)), NULL,
			   SPAN_NONE, (double)n[s]);
}

static void hypotheses_metrics(const struct tally *t, struct buf *out)
{
	struct tally_agreement a;

	tally_agreement(t, &a);
	exposition_family(out, "aiops_hypotheses_judged_total", "counter",
			  "Hypotheses whose actual cause was recorded.");
	add_sample(out, "aiops_hypotheses_judged_total", "verdict", SPAN("right"), NULL, SPAN_NONE,
		   (double)a.agreed);
	add_sample(out, "aiops_hypotheses_judged_total", "verdict", SPAN("wrong"), NULL, SPAN_NONE,
		   (double)(a.judged - a.agreed));
}

static void runs_metrics(const struct tally *t, struct buf *out)
{
	struct tally_runbook *books;
	size_t n = tally_runbooks(t, &books);
	static const char runs[] = "aiops_runs_total", by[] = "aiops_runs_started_total";

	exposition_family(out, runs, "counter",
			  "Runs of runbooks that were applied, by what became of them.");
	for (size_t i = 0; i < n; i++) {
		add_sample(out, runs, "runbook", books[i].name, "outcome", SPAN("succeeded"),
			   (double)books[i].succeeded);
		add_sample(out, runs, "runbook", books[i].name, "outcome", SPAN("failed"),
			   (double)books[i].failed);
	}
	exposition_family(out, by, "counter",
			  "The same, by whether a person approved that very plan.");
	for (size_t i = 0; i < n; i++) {
		add_sample(out, by, "runbook", books[i].name, "by", SPAN("hand"),
			   (double)books[i].by_hand);
		add_sample(out, by, "runbook", books[i].name, "by", SPAN("machine"),
			   (double)books[i].by_machine);
	}
	exposition_family(out, "aiops_run_duration_seconds", "summary",
			  "From the start of a run to its end.");
	for (size_t i = 0; i < n; i++) {
		add_sample(out, "aiops_run_duration_seconds_sum", "runbook", books[i].name, NULL,
			   SPAN_NONE, (double)books[i].total_ms / 1000);
		add_sample(out, "aiops_run_duration_seconds_count", "runbook", books[i].name, NULL,
			   SPAN_NONE, (double)books[i].timed);
	}
	free(books);
}

static void log_metrics(const struct stats *s, struct buf *out)
{
	struct tally_line *lines;
	size_t n = tally_kinds(&s->tally, &lines);
	static const char rows[] = "aiops_audit_rows_total";

	exposition_family(out, rows, "counter", "Rows of the audit log.");
	for (size_t i = 0; i < n; i++)
		add_sample(out, rows, "kind", lines[i].name, NULL, SPAN_NONE, (double)lines[i].n);
	free(lines);
	exposition_family(out, "aiops_runs_refused_total", "counter",
			  "Runs that were refused before they began.");
	add_sample(out, "aiops_runs_refused_total", NULL, SPAN_NONE, NULL, SPAN_NONE,
		   (double)s->tally.refused);
	exposition_family(out, "aiops_runs_breaker_open_total", "counter",
			  "Runs that were refused by an open circuit breaker.");
	add_sample(out, "aiops_runs_breaker_open_total", NULL, SPAN_NONE, NULL, SPAN_NONE,
		   (double)s->tally.breaker_trips);
}

/* Readable by the exporter, which is another user. */
static int write_metrics(const struct stats *s, struct err *e)
{
	struct buf out = BUF_INIT((size_t)64 << 20);
	int rc;

	log_metrics(s, &out);
	incidents_metrics(&s->tally, &out);
	hypotheses_metrics(&s->tally, &out);
	runs_metrics(&s->tally, &out);
	rc = file_write_atomic(s->o->openmetrics, buf_span(&out), 0644, e);
	buf_release(&out);
	return rc;
}

/* ---- the command ---- */

static int run(struct stats *s, struct err *e)
{
	struct buf since = BUF_INIT(64), out = BUF_INIT((size_t)64 << 20);
	struct rows_filter filter = {0};
	struct instant from;
	int rc = -1;

	if (s->o->since) {
		if (when_parse(span_cstr(s->o->since), env_now_ns(cli_env(s->c)), &from, e) != 0)
			return err_prefix(e, "--since '%s'", s->o->since);
		when_add_bound(&since, from);
		filter.since = buf_span(&since);
	}
	if (store_open_readonly(cli_db_path(s->c), &s->store, e) == 0 &&
	    audit_check_version(s->store, NULL, e) == 0 && audit_head(s->store, &s->head, e) == 0)
		rc = rows_each(s->store, &s->head, &filter, on_row, s, e);
	if (rc == 0 && s->o->openmetrics) {
		rc = write_metrics(s, e);
	} else if (rc == 0) {
		print_kinds(s, &out);
		print_runbooks(s, &out);
		print_hypotheses(s, &out);
		out_write(s->c, buf_span(&out));
	}
	buf_release(&since);
	buf_release(&out);
	return rc;
}

int stats_run(struct cli *c)
{
	struct stats s = {
		.c = c,
		.o = cli_options(c),
		.parser = record_new(AUDIT_MAX_BODY),
		.padded = BUF_INIT(AUDIT_MAX_BODY + RECORD_PADDING),
	};
	struct err e = ERR_INIT;
	int rc = EX_DONE;

	tally_init(&s.tally);
	if (run(&s, &e) != 0)
		rc = msg_err(c, NULL, &e);
	else if (s.broken)
		rc = EX_BADDATA;
	tally_release(&s.tally);
	store_close(s.store);
	record_free(s.parser);
	buf_release(&s.padded);
	return rc;
}
