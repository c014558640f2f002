/* watch: a stream of metrics annotated, with alerts; the command. */
#include "aiops-drift/watch/watch.h"

#include <stdlib.h>
#include <string.h>

#include "aiops-drift/compare/table.h"
#include "aiops-drift/locale.h"
#include "aiops-drift/watch/watch_run.h"
#include "aiops-drift/watch/watch_view.h"
#include "base/mem.h"
#include "record/event.h"

#define QUEUE_MAX ((size_t)1 << 30)
#define NOTE_MAX  (1u << 20)
#define VIEW_MAX  ((size_t)1 << 30)

/* ---- event time ---- */

/* When the series is to be looked at again. */
static int64_t due_at(const struct watch_run *w, const struct series *s)
{
	int64_t forget = s->last_ns + w->opt->forget_ms * NS_PER_MS, deadline;

	if (s->alarms[ALARM_MISSING].hold.state == HOLD_FIRING)
		return forget;
	deadline = series_deadline(s);
	return deadline < forget ? deadline : forget;
}

static void look_around(struct watch_run *w, int64_t now_ns)
{
	w->next_deadline = INT64_MAX;
	for (size_t i = 0; i < w->table.n; i++) {
		struct series *s = w->table.items[i];
		int64_t due;

		if (!s || !s->seen || s->kind == SERIES_LOGS) /* templates have their own bound */
			continue;
		judge_silence(s, now_ns, &w->told);
		if (now_ns - s->last_ns >= w->opt->forget_ms * NS_PER_MS) {
			judge_forgotten(s, now_ns, &w->told);
			series_forget(&w->table, i);
			continue;
		}
		due = due_at(w, s);
		w->next_deadline = due < w->next_deadline ? due : w->next_deadline;
	}
}

void watch_advance(struct watch_run *w, int64_t ns)
{
	int64_t now_ns;

	if (w->clock.set && ns <= w->clock.ns)
		return;
	w->clock = (struct watch_clock){true, ns};
	now_ns = ns - w->opt->lateness_ms * NS_PER_MS;
	if (w->logs)
		watch_logs_close(w->logs, now_ns);
	if (now_ns >= w->next_deadline)
		look_around(w, now_ns);
}

/* ---- callbacks ---- */

/* Sends the alerts that wait. */
static int send_alerts(struct watch_run *w, struct filter *f, struct err *e)
{
	struct span rest = buf_span(&w->queue);

	if (buf_overflowed(&w->queue))
		return err_set(e, EX_SYSTEM, "too many alerts at once");
	while (rest.len) {
		size_t n = (size_t)((const char *)memchr(rest.data, '\n', rest.len) - rest.data);

		if (w->opt->format != WATCH_TABLE)
			filter_emit(f, span_of(rest.data, n));
		filter_found(f);
		rest = span_of(rest.data + n + 1, rest.len - n - 1);
	}
	buf_clear(&w->queue);
	return 0;
}

static int on_record(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	struct watch_run *w = ctx;
	enum kind kind = w->grouping.any_kind ? KIND_METRIC : record_kind(r);

	if (kind == KIND_METRIC) {
		watch_metric(w, f, r);
	} else if (kind == KIND_HEARTBEAT) {
		watch_heartbeat(w, f, r);
	} else if (kind == KIND_LOG && w->logs) {
		watch_log(w, f, r);
	} else {
		w->counts.ignored++;
		if (!w->opt->alert && w->opt->format != WATCH_TABLE)
			filter_pass(f);
	}
	return send_alerts(w, f, e);
}

static int on_control(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	struct watch_run *w = ctx;
	struct span text = record_text(r, "_watermark");
	struct err bad = ERR_INIT;
	struct instant at;

	if (text.data) {
		if (instant_parse(text, &at, &bad) != 0) {
			filter_reject(f, REJECT_SCHEMA, "_watermark: %s", bad.text);
			return 0;
		}
		watch_advance(w, at.ns);
	}
	if (send_alerts(w, f, e) != 0)
		return -1;
	if (w->opt->format != WATCH_TABLE)
		filter_pass(f); /* behind what became due, so that it holds for this output too */
	return 0;
}

static void print_view(struct watch_run *w)
{
	struct watch_view how = {w->opt->plot, locale_speaks_utf8(), table_columns(w->c)};
	struct buf out = BUF_INIT(VIEW_MAX);

	watch_view_write(&w->table, &how, &out);
	out_write(w->c, buf_span(&out));
	buf_release(&out);
}

static double expected_false(const struct watch_run *w)
{
	double sum = 0;

	for (size_t i = 0; i < w->table.n; i++)
		if (w->table.items[i])
			sum += series_expected_false(w->table.items[i]);
	return sum;
}

static int on_finish(void *ctx, struct filter *f, struct err *e)
{
	struct watch_run *w = ctx;

	if (cli_common(w->c)->now.given)
		watch_advance(w, cli_common(w->c)->now.at.ns);
	if (send_alerts(w, f, e) != 0)
		return -1;
	if (w->counts.points + w->counts.beats + w->counts.logs + w->counts.missing == 0 &&
	    w->counts.ignored > 0)
		msg(w->c, MSG_INFO, NULL, "no metric records among %llu; --value PATH takes others",
		    (unsigned long long)w->counts.ignored);
	if (w->counts.unwatched)
		msg(w->c, MSG_WARNING, NULL, "%llu records passed unwatched (--max-series)",
		    (unsigned long long)w->counts.unwatched);
	msg(w->c, MSG_INFO, NULL,
	    "%zu series; chance alone raises at most about %.2g anomaly alerts a day "
	    "(--false-alarms)",
	    w->table.live, expected_false(w));
	if (w->opt->format == WATCH_TABLE)
		print_view(w);
	return 0;
}

static int on_save(void *ctx, struct filter *f, struct err *e)
{
	struct watch_run *w = ctx;

	(void)f;
	return watch_state_write(&w->state, &w->table, w->logs, &w->clock, e);
}

static void on_stats(void *ctx, struct buf *json)
{
	const struct watch_run *w = ctx;
	const struct watch_counts *n = &w->counts;

	buf_addf(
		json,
		",\"series\":%zu,\"points\":%llu,\"anomalies\":%llu,\"late\":%llu,"
		"\"duplicates\":%llu,\"missing\":%llu,\"heartbeats\":%llu,\"logs\":%llu,\"templates\":%zu,\"unwatched\":%llu,"
		"\"ignored\":%llu,\"fired\":%llu,\"resolved\":%llu,"
		"\"expected_false_alarms_per_day\":%.3g",
		w->table.live, (unsigned long long)n->points, (unsigned long long)n->anomalies,
		(unsigned long long)n->late, (unsigned long long)n->duplicates,
		(unsigned long long)n->missing, (unsigned long long)n->beats,
		(unsigned long long)n->logs, w->logs ? watch_logs_templates(w->logs) : 0,
		(unsigned long long)n->unwatched, (unsigned long long)n->ignored,
		(unsigned long long)w->told.fired, (unsigned long long)w->told.resolved,
		expected_false(w));
}

/* ---- the command ---- */

static int check_options(const struct watch_options *o, int32_t *zone_s, struct err *e)
{
	if (!(o->false_alarms > 0 && o->false_alarms < 1e6))
		return err_set(e, EX_BADUSAGE, "--false-alarms: %g is not above 0",
			       o->false_alarms);
	if (!(o->missing == 0 || (o->missing >= 1 && o->missing <= 1e6)))
		return err_set(e, EX_BADUSAGE, "--missing: %g is not 0 and not 1 or more",
			       o->missing);
	if (o->alert && o->format == WATCH_TABLE)
		return err_set(e, EX_BADUSAGE,
			       "--alert writes records: it does not go with a table");
	if (watch_zone(span_cstr(o->zone), zone_s, e) != 0)
		return err_prefix(e, "--zone");
	return 0;
}

static struct watch_settings settings_of(const struct watch_options *o, int32_t zone_s)
{
	return (struct watch_settings){
		.anomaly = true,
		.shift = true,
		.flat = true,
		.missing_factor = o->missing,
		.season = (enum season_kind)o->season,
		.zone_s = zone_s,
		.false_alarms = o->false_alarms,
		.pending_ns = o->pending_ms * NS_PER_MS,
		.resolve_ns = o->resolve_ms * NS_PER_MS,
		.cool_down_ns = o->cool_down_ms * NS_PER_MS,
	};
}

/* The paths that decide a record's series, and behind them what else is read. */
static void choose_paths(struct watch_run *w)
{
	const struct grouping *g = &w->grouping;

	static const char *const fields[WATCH_FIELDS] = {
		[WATCH_TIMESTAMP] = "timestamp",
		[WATCH_THRESHOLD] = "threshold",
		[WATCH_CONDITION] = "condition",
		[WATCH_HEALTHY] = "healthy",
	};

	w->paths = mem_array(NULL, g->n_by + 3 + WATCH_FIELDS, sizeof *w->paths);
	w->paths[w->n_key++] = "kind";
	for (size_t i = 0; i < g->n_by; i++)
		w->paths[w->n_key++] = g->by[i];
	if (g->n_by == 0) {
		w->paths[w->n_key++] = "name";
		w->paths[w->n_key++] = "labels";
	}
	for (size_t i = 0; i < WATCH_FIELDS; i++)
		w->paths[w->n_key + i] = i == WATCH_VALUE ? g->value : fields[i];
}

/* *where: the file that e's position is in. */
static int prepare(struct watch_run *w, const struct watch_options *given, const char **where,
		   struct err *e)
{
	struct watch_settings defaults;
	int32_t zone_s = 0;

	*where = given->rules;
	if (check_options(w->opt, &zone_s, e) != 0 ||
	    grouping_init(&w->grouping, given->value, given->by.items, given->by.n, e) < 0 ||
	    (given->rules && watch_rules_load(&w->rules, given->rules, e) != 0))
		return -1;
	choose_paths(w);
	defaults = settings_of(w->opt, zone_s);
	series_table_init(&w->table, &w->rules, &defaults, (size_t)w->opt->max_series);
	if (w->opt->logs)
		w->logs = watch_logs_new(&w->table, (size_t)w->opt->max_templates, &w->told);
	return watch_state_open(&w->state, cli_common(w->c)->state, &w->table, w->logs, &w->clock,
				e);
}

static void release(struct watch_run *w)
{
	watch_state_close(&w->state);
	watch_logs_free(w->logs);
	series_table_release(&w->table);
	grouping_release(&w->grouping);
	watch_rules_release(&w->rules);
	free(w->paths);
	buf_release(&w->queue);
	buf_release(&w->note);
	buf_release(&w->name);
	free(w);
}

int watch_run(struct cli *c)
{
	struct filter_ops ops = {.record = on_record,
				 .control = on_control,
				 .finish = on_finish,
				 .save = on_save,
				 .stats = on_stats};
	struct watch_options options = *(const struct watch_options *)cli_options(c);
	struct watch_run *w = mem_zalloc(sizeof *w);
	struct err e = ERR_INIT;
	const char *where;
	int code;

	if (options.plot) /* a line needs a table to stand in */
		options.format = WATCH_TABLE;
	w->c = c;
	w->opt = &options;
	w->state = WATCH_STATE_INIT;
	w->next_deadline = INT64_MIN;
	buf_init(&w->queue, QUEUE_MAX);
	buf_init(&w->note, NOTE_MAX);
	buf_init(&w->name, FEATURE_NAME_MAX);
	w->told.queue = &w->queue;
	if (prepare(w, &options, &where, &e) == 0) {
		ops.watch = w->paths;
		ops.n_watch = w->n_key + WATCH_FIELDS;
		ops.n_watch_key = w->n_key;
		code = filter_run(c, &ops, w);
	} else {
		code = msg_err(c, e.line ? where : NULL, &e);
	}
	release(w);
	return code;
}
