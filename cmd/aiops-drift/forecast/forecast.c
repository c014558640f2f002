/* forecast: time until a threshold is crossed; the command. */
#include "aiops-drift/forecast/forecast.h"

#include <math.h>
#include <stdlib.h>

#include "aiops-drift/compare/table.h"
#include "aiops-drift/forecast/forecast_report.h"
#include "aiops-drift/locale.h"
#include "base/mem.h"
#include "base/num.h"
#include "cli/filter.h"
#include "record/event.h"

#define RECORD_OUT_MAX (4u << 20)
#define TABLE_MAX      ((size_t)1 << 30)

struct forecast_run {
	struct cli *c;
	const struct forecast_options *options;
	struct grouping grouping;
	struct tracks tracks;
	bool bounded; /* --threshold */
	double threshold;
	uint64_t ignored, alerts;
};

static int on_record(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	struct forecast_run *run = ctx;
	struct err problem = ERR_INIT;

	if (!run->grouping.any_kind && record_kind(r) != KIND_METRIC) {
		run->ignored++;
		return 0;
	}
	switch (tracks_take(&run->tracks, r, &problem)) {
	case TRACKED_TAKEN:
		break;
	case TRACKED_REFUSED:
		filter_reject(f, REJECT_SCHEMA, "%s", problem.text);
		break;
	case TRACKED_STOP:
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

/* ---- answers ---- */

static struct forecast_question ask(const struct forecast_run *run, const struct track *t)
{
	const struct forecast_options *o = run->options;
	struct forecast_question q = {.method = (enum forecast_method)o->method,
				      .alpha = o->alpha,
				      .horizon_s = (double)o->horizon_ms / 1000,
				      .period_s = (double)o->period_ms / 1000};

	q.bounded = run->bounded || t->bounded;
	q.threshold = run->bounded ? run->threshold : t->threshold;
	q.above = run->bounded ? o->condition == CONDITION_ABOVE : t->condition == CONDITION_ABOVE;
	return q;
}

static struct forecast answer(const struct track *t, const struct forecast_question *q)
{
	double *seconds = mem_array(NULL, t->n + 1, sizeof *seconds);
	double *x = mem_array(NULL, t->n + 1, sizeof *x);
	struct forecast f;

	for (size_t i = 0; i < t->n; i++) {
		seconds[i] = (double)(t->points[i].ns - t->points[0].ns) / NS_PER_S;
		x[i] = t->points[i].x;
	}
	f = forecast_of(seconds, x, t->n, q);
	free(x);
	free(seconds);
	return f;
}

static void emit(struct forecast_run *run, struct filter *f, const struct forecast_result *r)
{
	struct buf out = BUF_INIT(RECORD_OUT_MAX);

	if (!run->options->alert)
		forecast_write(r, &out);
	else if (forecast_alarms(r))
		forecast_alert(r, &out);
	if (out.len)
		filter_emit(f, buf_span(&out));
	buf_release(&out);
}

static int on_finish(void *ctx, struct filter *f, struct err *e)
{
	struct forecast_run *run = ctx;
	const struct forecast_options *o = run->options;
	struct buf table = BUF_INIT(TABLE_MAX);
	size_t columns = table_columns(run->c);

	(void)e;
	if (run->tracks.n == 0 && run->ignored > 0)
		msg(run->c, MSG_INFO, NULL,
		    "no metric records among %llu; --value PATH takes others",
		    (unsigned long long)run->ignored);
	tracks_sort(&run->tracks);
	if (o->format == FORECAST_TABLE)
		forecast_head(o->plot, columns, &table);
	for (size_t i = 0; i < run->tracks.n; i++) {
		const struct track *t = run->tracks.items[i];
		struct forecast_question q = ask(run, t);
		struct forecast fc = answer(t, &q);
		struct forecast_result r = {
			t, &q, &fc, t->n ? t->points[t->n - 1].ns : env_now_ns(cli_env(run->c))};

		run->alerts += forecast_alarms(&r);
		if (o->format == FORECAST_TABLE)
			forecast_row(&r, o->plot, locale_speaks_utf8(), columns, &table);
		else
			emit(run, f, &r);
	}
	out_write(run->c, buf_span(&table));
	buf_release(&table);
	if (run->alerts)
		filter_found(f);
	return 0;
}

static void on_stats(void *ctx, struct buf *json)
{
	const struct forecast_run *run = ctx;

	buf_addf(
		json,
		",\"features\":%zu,\"values\":%llu,\"missing\":%llu,\"ignored\":%llu,\"alerts\":%llu",
		run->tracks.n, (unsigned long long)run->tracks.values,
		(unsigned long long)run->tracks.missing, (unsigned long long)run->ignored,
		(unsigned long long)run->alerts);
}

/* ---- the command ---- */

static int check_options(struct forecast_run *run, struct err *e)
{
	const struct forecast_options *o = run->options;

	if (!(o->alpha > 0 && o->alpha <= 0.5))
		return err_set(e, EX_BADUSAGE, "--alpha: %g is not above 0 and at most 0.5",
			       o->alpha);
	if (o->horizon_ms <= 0)
		return err_set(e, EX_BADUSAGE, "--horizon: it is longer than 0");
	if (o->alert && o->format == FORECAST_TABLE)
		return err_set(e, EX_BADUSAGE,
			       "--alert writes records: it does not go with a table");
	run->bounded = o->threshold != NULL;
	if (o->threshold && num_parse_double(span_cstr(o->threshold), &run->threshold, e) != 0)
		return err_prefix(e, "--threshold");
	return grouping_init(&run->grouping, o->value, o->by.items, o->by.n, e);
}

int forecast_run(struct cli *c)
{
	struct filter_ops ops = {.record = on_record, .finish = on_finish, .stats = on_stats};
	struct forecast_options options = *(const struct forecast_options *)cli_options(c);
	struct forecast_run run = {.c = c, .options = &options};
	struct err e = ERR_INIT;
	int code;

	if (options.plot) /* a line needs a table to stand in */
		options.format = FORECAST_TABLE;
	if (check_options(&run, &e) != 0)
		return msg_err(c, NULL, &e);
	if (options.format == FORECAST_TABLE)
		ops.control = drop_control;
	tracks_init(&run.tracks, &run.grouping, (size_t)options.max_features,
		    (uint64_t)options.max_values);
	code = filter_run(c, &ops, &run);
	tracks_release(&run.tracks);
	grouping_release(&run.grouping);
	return code;
}
