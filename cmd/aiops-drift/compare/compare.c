/*
 * compare: collects both windows, analyses each feature, writes the results.
 */
#include "aiops-drift/compare/compare.h"

#include <stdlib.h>

#include "aiops-drift/compare/feature.h"
#include "aiops-drift/compare/firing_file.h"
#include "aiops-drift/compare/judge.h"
#include "aiops-drift/compare/monitor.h"
#include "aiops-drift/compare/reference.h"
#include "aiops-drift/compare/slide.h"
#include "base/mem.h"
#include "base/num.h"
#include "cli/filter.h"
#include "record/record.h"

struct compare {
	struct cli *cli;
	const struct compare_options *options;
	struct grouping grouping;
	struct features features;
	struct judge judge;
	struct firing_file state; /* what judge.firing outlives the run in */
	struct slide slide;       /* if sliding: both windows are of one stream */
	bool sliding;
	double *sentinels;     /* owned */
	struct filter *filter; /* of the callback under way */
	int64_t ignored;       /* records of other kinds */
	struct err problem;    /* of the line under way; here, since it takes time to clear */
};

/* ---- reading ---- */

static void watch_reference(void *ctx, struct record *r)
{
	struct compare *cmp = ctx;

	features_watch(&cmp->features, r);
}

static enum observed observe_reference(void *ctx, const struct record *r, struct err *e)
{
	struct compare *cmp = ctx;

	return features_observe(&cmp->features, r, WINDOW_REFERENCE, e);
}

static int read_reference(struct compare *cmp, struct cli *c, struct err *e)
{
	static const struct reference_ops ops = {watch_reference, observe_reference};

	return reference_read(c, cmp->options->reference, &ops, cmp, &cmp->ignored, e);
}

static int on_record(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	struct compare *cmp = ctx;
	struct err *problem = &cmp->problem;
	enum observed what;

	cmp->filter = f;
	err_clear(problem);
	what = cmp->sliding ? slide_observe(&cmp->slide, r, problem)
			    : features_observe(&cmp->features, r, WINDOW_CURRENT, problem);
	return observed_settle(f, what, problem, &cmp->ignored, e);
}

/* A watermark moves the windows of a stream. A table is for people: control lines
 * do not go into it. */
static int on_control(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	struct compare *cmp = ctx;
	struct err ignored = ERR_INIT;
	struct instant t;

	(void)e;
	cmp->filter = f;
	if (cmp->sliding && instant_parse(record_text(r, "_watermark"), &t, &ignored) == 0)
		slide_advance(&cmp->slide, t.ns);
	if (cmp->options->format == FORMAT_NDJSON && !cmp->options->plot)
		filter_pass(f);
	return 0;
}

/* ---- results ---- */

static int on_finish(void *ctx, struct filter *f, struct err *e)
{
	struct compare *cmp = ctx;
	struct features *fs = &cmp->features;

	(void)e;
	if (fs->n == 0 && cmp->ignored > 0)
		msg(filter_cli(f), MSG_WARNING, NULL,
		    "no metric records among %lld; --value PATH takes others",
		    (long long)cmp->ignored);
	if (cmp->sliding)
		slide_finish(&cmp->slide);
	else
		judge_features(&cmp->judge, f, fs->items, fs->n);
	if (cmp->judge.drifted)
		filter_found(f);
	return 0;
}

/* A window of the stream has closed. */
static void on_window(void *ctx, struct feature **items, size_t n)
{
	struct compare *cmp = ctx;

	judge_features(&cmp->judge, cmp->filter, items, n);
}

static int on_save(void *ctx, struct filter *f, struct err *e)
{
	struct compare *cmp = ctx;

	(void)f;
	return firing_file_write(&cmp->state, &cmp->judge.firing, e);
}

static void on_stats(void *ctx, struct buf *json)
{
	const struct compare *cmp = ctx;

	buf_addf(json, ",\"features\":%zu,\"values\":%llu,\"ignored\":%lld,\"drifted\":%lld",
		 cmp->features.n, (unsigned long long)cmp->features.values, (long long)cmp->ignored,
		 (long long)cmp->judge.drifted);
	if (cmp->sliding)
		buf_addf(json, ",\"windows\":%lld,\"warm_up\":%lld,\"late\":%lld",
			 (long long)cmp->slide.compared, (long long)cmp->slide.warm_up,
			 (long long)cmp->slide.late);
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

static int check_windows(struct cli *c, const struct compare_options *o, struct err *e)
{
	bool sliding = o->window || o->reference_window;

	if (sliding && o->reference)
		return err_set(e, EX_BADUSAGE,
			       "--reference and --reference-window: one of the two");
	if (sliding && !(o->window && o->reference_window))
		return err_set(e, EX_BADUSAGE, "--window and --reference-window go together");
	if (!sliding && !o->reference)
		return err_set(
			e, EX_BADUSAGE,
			"compare needs --reference FILE, or --reference-window and --window");
	if (!sliding && span_is(span_cstr(o->reference), "-") && reads_stdin(c))
		return err_set(
			e, EX_BADUSAGE,
			"--reference - and the current window cannot both be standard input");
	return 0;
}

static int check_options(struct cli *c, const struct compare_options *o, struct err *e)
{
	if (check_windows(c, o, e) < 0)
		return -1;
	if (!(o->alpha > 0 && o->alpha < 1))
		return err_set(e, EX_BADUSAGE, "--alpha: %g is not between 0 and 1", o->alpha);
	if (!(o->w1_trim >= 0 && o->w1_trim < 0.5))
		return err_set(e, EX_BADUSAGE, "--w1-trim: %g is not between 0 and 0.5",
			       o->w1_trim);
	if (o->alert && (o->format == FORMAT_TABLE || o->plot))
		return err_set(e, EX_BADUSAGE, "--alert writes records: it does not go with %s",
			       o->plot ? "--plot" : "--format table");
	return 0;
}

/* What both the comparison and the monitor read features by. */
static int features_how(struct compare *cmp, struct features_options *how, struct err *e)
{
	const struct compare_options *o = cmp->options;

	*how = (struct features_options){
		.grouping = &cmp->grouping,
		.values_as = (enum values_as)o->values_as,
		.max_features = (size_t)o->max_features,
		.max_values = (uint64_t)o->max_values,
		.max_categories = (size_t)o->max_categories,
		.n_sentinels = o->sentinels.n,
	};
	cmp->sentinels = mem_array(NULL, how->n_sentinels + 1, sizeof *cmp->sentinels);
	for (size_t i = 0; i < how->n_sentinels; i++) {
		if (num_parse_double(span_cstr(o->sentinels.items[i]), &cmp->sentinels[i], e) < 0)
			return err_prefix(e, "--sentinel");
	}
	how->sentinels = cmp->sentinels;
	return grouping_init(&cmp->grouping, o->value, o->by.items, o->by.n, e);
}

static int compare_init(struct compare *cmp, const struct features_options *how, struct err *e)
{
	const struct compare_options *o = cmp->options;
	struct slide_options slide = {0};

	if (check_options(cmp->cli, o, e) < 0)
		return -1;
	cmp->sliding = o->window != NULL;
	if (cmp->sliding && slide_parse(o->window, o->reference_window, &slide, e) < 0)
		return -1;
	slide.lateness_ns = o->lateness_ms * NS_PER_MS;
	features_init(&cmp->features, how);
	judge_init(&cmp->judge, o);
	slide_init(&cmp->slide, &slide, &cmp->features, on_window, cmp);
	return 0;
}

static void compare_release(struct compare *cmp)
{
	firing_file_close(&cmp->state);
	slide_release(&cmp->slide);
	judge_release(&cmp->judge);
	features_release(&cmp->features);
}

static int run_windows(struct compare *cmp, struct cli *c)
{
	struct filter_ops ops = {
		.record = on_record,
		.control = on_control,
		.finish = on_finish,
		.save = on_save,
		.stats = on_stats,
		.watch = cmp->features.recall.paths,
		.n_watch = cmp->features.recall.n_paths,
		.n_watch_key = cmp->features.recall.n_key,
	};
	struct err e = ERR_INIT;
	int before, code;

	if (firing_file_open(&cmp->state, cli_common(c)->state, &cmp->judge.firing, &e) < 0)
		return msg_err(c, NULL, &e);
	before = cmp->sliding ? EX_DONE : read_reference(cmp, c, &e);
	if (before < 0)
		return msg_err(c, NULL, &e);
	code = filter_run(c, &ops, cmp);
	return before == EX_REJECTS && (code == EX_DONE || code == EX_FOUND) ? EX_REJECTS : code;
}

int compare_run(struct cli *c)
{
	struct compare cmp = {.cli = c, .options = cli_options(c), .state = FIRING_FILE_INIT};
	struct features_options how;
	struct err e = ERR_INIT;
	int code;

	if (features_how(&cmp, &how, &e) < 0) {
		code = msg_err(c, NULL, &e);
	} else if (monitor_wanted(cmp.options)) {
		code = monitor_run(c, &how);
	} else if (compare_init(&cmp, &how, &e) < 0) {
		code = msg_err(c, NULL, &e);
	} else {
		code = run_windows(&cmp, c);
		compare_release(&cmp);
	}
	grouping_release(&cmp.grouping);
	free(cmp.sentinels);
	return code;
}
