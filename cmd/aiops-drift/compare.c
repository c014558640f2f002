/*
 * compare: collects both windows, analyses each feature, writes the results.
 */
#include "aiops-drift/compare.h"

#include <stdlib.h>

#include "aiops-drift/analysis.h"
#include "aiops-drift/feature.h"
#include "aiops-drift/report.h"
#include "aiops-drift/table.h"
#include "aiops-drift/verdict.h"
#include "base/mem.h"
#include "cli/filter.h"
#include "record/line_file.h"
#include "record/record.h"

#define RECORD_OUT_MAX (4u << 20)
#define TABLE_ROW_MAX  ((size_t)64 << 10) /* an escaped name and its reason are shorter */

struct compare {
	const struct compare_options *options;
	struct grouping grouping;
	struct features features;
	int64_t ignored; /* records of other kinds */
	int64_t drifted;
};

/* ---- reading ---- */

/* One line of the reference. 1 accepted, 0 rejected (counted), -1 stop. */
static int take_reference_line(struct compare *cmp, struct cli *c, struct record *r,
			       struct rejects *rejects, struct span line, bool cut, int64_t number,
			       struct err *e)
{
	const char *path = cmp->options->reference;
	enum reject_code why = REJECT_TOO_LONG;
	struct err problem = ERR_INIT;

	if (cut) {
		(void)err_set(&problem, EX_BADDATA, "the line is longer than --max-record");
	} else if (span_trim(line).len == 0) {
		if (!cli_common(c)->strict)
			return 0;
		why = REJECT_BLANK;
		(void)err_set(&problem, EX_BADDATA, "a blank line");
	} else if (span_starts(line, "{\"_")) {
		return 0; /* a control line of the pipe that wrote the file */
	} else if (record_parse(r, line.data, line.len, &why, &problem) == 0) {
		switch (features_observe(&cmp->features, r, WINDOW_REFERENCE, &problem)) {
		case OBSERVED_TAKEN:
			return 1;
		case OBSERVED_IGNORED:
			cmp->ignored++;
			return 1;
		case OBSERVED_STOP:
			*e = problem;
			return -1;
		case OBSERVED_REFUSED:
			why = REJECT_SCHEMA;
		}
	}
	return rejects_add(rejects, path, number, reject_code_name(why), problem.text, line, e);
}

/* The whole reference file. The exit code so far: EX_DONE or EX_REJECTS; -1 with e set. */
static int read_reference(struct compare *cmp, struct cli *c, struct err *e)
{
	size_t max = cli_common(c)->max_record;
	struct line_file *file = line_file_open(cmp->options->reference, max, e);
	struct rejects *rejects = file ? rejects_open(c, e) : NULL;
	struct record *r = record_new(max);
	int64_t number = 0, accepted = 0;
	struct span line;
	int got = -1, code;
	bool cut;

	while (rejects && (got = line_file_next(file, &line, &cut, e)) > 0) {
		int taken = take_reference_line(cmp, c, r, rejects, line, cut, ++number, e);

		if (taken < 0) {
			got = -1;
			break;
		}
		accepted += taken;
	}
	code = rejects ? rejects_close(rejects, accepted) : EX_DONE;
	record_free(r);
	line_file_close(file);
	return got < 0 ? -1 : code;
}

static int on_record(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	struct compare *cmp = ctx;
	struct err problem = ERR_INIT;

	switch (features_observe(&cmp->features, r, WINDOW_CURRENT, &problem)) {
	case OBSERVED_TAKEN:
		break;
	case OBSERVED_IGNORED:
		cmp->ignored++;
		break;
	case OBSERVED_REFUSED:
		filter_reject(f, REJECT_SCHEMA, "%s", problem.text);
		break;
	case OBSERVED_STOP:
		*e = problem;
		return -1;
	}
	return 0;
}

/* A table is for people: control lines do not go into it. */
static int drop_control(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	(void)ctx, (void)f, (void)r, (void)e;
	return 0;
}

/* ---- results ---- */

static void emit_records(struct compare *cmp, struct filter *f, const struct report *rep,
			 const struct result *results, size_t n)
{
	struct buf out = BUF_INIT(RECORD_OUT_MAX);

	for (size_t i = 0; i < n; i++) {
		buf_clear(&out);
		if (!cmp->options->alert)
			report_drift(rep, &results[i], &out);
		else if (results[i].verdict->kind == VERDICT_DRIFT)
			report_alert(rep, &results[i], &out);
		if (out.len)
			filter_emit(f, buf_span(&out));
	}
	buf_release(&out);
}

static void emit_table(struct filter *f, const struct report *rep, const struct result *results,
		       size_t n)
{
	struct buf out = BUF_INIT(n * TABLE_ROW_MAX + TABLE_ROW_MAX);

	table_write(rep, results, n, &out);
	out_write(filter_cli(f), buf_span(&out));
	buf_release(&out);
}

/* Analyses all features at once, since the adjustment for many tests needs them all. */
static void judge(struct compare *cmp, struct analysis *a, struct verdict *v,
		  struct result *results)
{
	const struct compare_options *o = cmp->options;
	struct analysis_options how = {o->alpha, o->missing == MISSING_BIN, KS_DEFAULT_BUDGET};
	struct features *fs = &cmp->features;

	for (size_t i = 0; i < fs->n; i++) {
		struct window *w = fs->items[i]->windows;

		a[i] = analyse(&w[WINDOW_REFERENCE].sample, &w[WINDOW_CURRENT].sample, &how);
		results[i] = (struct result){fs->items[i], &a[i], &v[i]};
	}
	verdict_adjust(a, v, fs->n);
	for (size_t i = 0; i < fs->n; i++) {
		verdict_decide(&a[i], (enum rule)o->rule, o->alpha, &v[i]);
		cmp->drifted += v[i].kind == VERDICT_DRIFT;
	}
}

static int on_finish(void *ctx, struct filter *f, struct err *e)
{
	struct compare *cmp = ctx;
	struct cli *c = filter_cli(f);
	struct report rep = {(enum rule)cmp->options->rule, cmp->options->alpha,
			     env_now_ns(cli_env(c))};
	size_t n = cmp->features.n;
	struct analysis *a = mem_array(NULL, n + 1, sizeof *a);
	struct verdict *v = mem_array(NULL, n + 1, sizeof *v);
	struct result *results = mem_array(NULL, n + 1, sizeof *results);

	(void)e;
	if (n == 0 && cmp->ignored > 0)
		msg(c, MSG_WARNING, NULL, "no metric records among %lld; --value PATH takes others",
		    (long long)cmp->ignored);
	features_sort(&cmp->features);
	judge(cmp, a, v, results);
	if (cmp->options->format == FORMAT_TABLE)
		emit_table(f, &rep, results, n);
	else
		emit_records(cmp, f, &rep, results, n);
	if (cmp->drifted)
		filter_found(f);
	free(results);
	free(v);
	free(a);
	return 0;
}

static void on_stats(void *ctx, struct buf *json)
{
	const struct compare *cmp = ctx;

	buf_addf(json, ",\"features\":%zu,\"values\":%llu,\"ignored\":%lld,\"drifted\":%lld",
		 cmp->features.n, (unsigned long long)cmp->features.values, (long long)cmp->ignored,
		 (long long)cmp->drifted);
}

/* ---- the command ---- */

static bool reads_stdin(struct cli *c)
{
	size_t n;
	char *const *operands = cli_operands(c, &n);

	for (size_t i = 0; i < n; i++) {
		if (span_is(span_cstr(operands[i]), "-"))
			return true;
	}
	return n == 0;
}

static int check_options(struct cli *c, const struct compare_options *o, struct err *e)
{
	if (!o->reference)
		return err_set(e, EX_BADUSAGE, "compare needs --reference FILE");
	if (span_is(span_cstr(o->reference), "-") && reads_stdin(c))
		return err_set(
			e, EX_BADUSAGE,
			"--reference - and the current window cannot both be standard input");
	if (!(o->alpha > 0 && o->alpha < 1))
		return err_set(e, EX_BADUSAGE, "--alpha: %g is not between 0 and 1", o->alpha);
	if (o->alert && o->format == FORMAT_TABLE)
		return err_set(e, EX_BADUSAGE,
			       "--alert writes records: it does not go with --format table");
	return 0;
}

static int run_filter(struct compare *cmp, struct cli *c)
{
	struct filter_ops ops = {.record = on_record, .finish = on_finish, .stats = on_stats};

	if (cmp->options->format == FORMAT_TABLE)
		ops.control = drop_control;
	return filter_run(c, &ops, cmp);
}

int compare_run(struct cli *c)
{
	struct compare cmp = {.options = cli_options(c)};
	const struct compare_options *o = cmp.options;
	struct err e = ERR_INIT;
	int before, code;

	if (check_options(c, o, &e) < 0 ||
	    grouping_init(&cmp.grouping, o->value, o->by.items, o->by.n, &e) < 0)
		return msg_err(c, NULL, &e);
	features_init(&cmp.features, &cmp.grouping, (size_t)o->max_features,
		      (uint64_t)o->max_values);
	before = read_reference(&cmp, c, &e);
	if (before < 0)
		code = msg_err(c, NULL, &e);
	else
		code = run_filter(&cmp, c);
	if (before == EX_REJECTS && (code == EX_DONE || code == EX_FOUND))
		code = EX_REJECTS;
	features_release(&cmp.features);
	grouping_release(&cmp.grouping);
	return code;
}
