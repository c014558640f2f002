/* The monitor: see monitor.h. */
#include "aiops-drift/compare/monitor.h"

#include <string.h>

#include "aiops-drift/compare/baseline.h"
#include "aiops-drift/compare/feature.h"
#include "aiops-drift/compare/firing_file.h"
#include "aiops-drift/compare/monitor_report.h"
#include "aiops-drift/compare/quality.h"
#include "aiops-drift/compare/reference.h"
#include "aiops-drift/compare/table.h"
#include "aiops-drift/profile/profile_record.h"
#include "base/file.h"
#include "base/num.h"
#include "cli/filter.h"

#define LINE_OUT_MAX (1u << 20)

struct monitor {
	const struct compare_options *options;
	struct features features;
	struct quality quality;
	struct baseline
		baseline;     /* without a name: there is none, the reference is in the features */
	struct firing firing; /* alerts that have fired and not resolved */
	struct firing_file state;
	int64_t ignored, drifted, without;
	struct err problem;
};

bool monitor_wanted(const struct compare_options *o)
{
	return o->monitor || o->baseline || o->save_baseline || o->list_baselines;
}

static int check_options(struct cli *c, const struct compare_options *o, struct err *e)
{
	bool named = o->baseline || o->save_baseline || o->list_baselines;

	if (named && !o->baseline_dir)
		return err_set(e, EX_BADUSAGE, "baselines need --baseline-dir DIR");
	if ((o->baseline != NULL) + (o->save_baseline != NULL) + o->list_baselines > 1)
		return err_set(e, EX_BADUSAGE,
			       "--baseline, --save-baseline and --list-baselines: one of them");
	if (o->window || o->reference_window)
		return err_set(e, EX_BADUSAGE, "--monitor does not go with --window");
	if (cli_common(c)->state && !o->alert)
		return err_set(e, EX_BADUSAGE, "--monitor keeps a --state only with --alert");
	if (o->plot)
		return err_set(e, EX_BADUSAGE, "--monitor does not go with --plot");
	if (o->baseline && o->reference)
		return err_set(e, EX_BADUSAGE, "--baseline and --reference: one of the two");
	if (!named && !o->reference)
		return err_set(
			e, EX_BADUSAGE,
			"--monitor needs a baseline: --reference FILE, or --baseline-dir DIR "
			"and --baseline NAME");
	return 0;
}

/* ---- reading ---- */

static enum observed observe(struct monitor *m, const struct record *r, enum window_id window,
			     struct err *e)
{
	if (record_kind(r) == KIND_PREDICTION && !m->features.options.grouping->any_kind)
		return quality_observe(&m->quality, r, window, e);
	if (profile_record_is(r)) {
		(void)err_set(e, EX_BADDATA, "--monitor takes values, not profiles");
		return OBSERVED_REFUSED;
	}
	return features_observe(&m->features, r, window, e);
}

static void watch_reference(void *ctx, struct record *r)
{
	struct monitor *m = ctx;

	features_watch(&m->features, r);
}

static enum observed observe_reference(void *ctx, const struct record *r, struct err *e)
{
	return observe(ctx, r, WINDOW_REFERENCE, e);
}

static int on_record(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	struct monitor *m = ctx;

	err_clear(&m->problem);
	return observed_settle(f, observe(m, r, WINDOW_CURRENT, &m->problem), &m->problem,
			       &m->ignored, e);
}

static int on_control(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	struct monitor *m = ctx;

	(void)r, (void)e;
	if (m->options->format == FORMAT_NDJSON && !m->options->save_baseline)
		filter_pass(f);
	return 0;
}

/* ---- judging ---- */

/* Of the values in order of arrival only the last so many. */
static void keep_last(struct sample *s, size_t n)
{
	if (s->n <= n)
		return;
	memmove(s->values, s->values + (s->n - n), n * sizeof *s->values);
	s->n = n;
}

static uint64_t count_outside(const struct sample *s, const struct summary *range)
{
	uint64_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		n += s->values[i] < range->min || s->values[i] > range->max;
	return n;
}

static void judge(struct monitor *m, struct feature *f, struct checked *out)
{
	struct sample *samples[WINDOWS] = {&f->windows[0].sample, &f->windows[1].sample};
	const struct base *kept = NULL;

	*out = (struct checked){.feature = f};
	keep_last(samples[WINDOW_CURRENT], (size_t)m->options->last);
	out->cur = base_of(samples[WINDOW_CURRENT]);
	if (m->baseline.name) {
		kept = baseline_get(&m->baseline, f->name);
		out->ref = kept ? *kept : (struct base){.missing = 0};
	} else {
		out->ref = base_of(samples[WINDOW_REFERENCE]);
	}
	out->labelled = quality_is_labelled(f->metric);
	out->health = health_of(&out->ref.s, &out->cur.s,
				count_outside(samples[WINDOW_CURRENT], &out->ref.s),
				quality_is_variance(f->metric));
	out->coverage = quality_coverage(&m->quality, feature_model(f), WINDOW_CURRENT);
}

/* An alert when three standard errors are reached, its resolution when the feature is ok
 * again. What is between, or cannot be judged, changes nothing. */
static void add_alert(struct monitor *m, const struct checked *k, int64_t now, struct buf *out)
{
	const char *name = k->feature->name;
	const struct fired *was = firing_get(&m->firing, name);

	if (k->health.alert && !was) {
		was = firing_add(&m->firing, name, monitor_time(k, now),
				 feature_shared(k->feature, ORIGIN_SERVICE));
		monitor_alert(k, was, false, now, out);
	} else if (k->health.status == STATUS_OK && was) {
		monitor_alert(k, was, true, now, out);
		firing_remove(&m->firing, name);
	}
}

static void emit(struct monitor *m, struct filter *f, const struct checked *k)
{
	struct buf out = BUF_INIT(LINE_OUT_MAX);
	int64_t now = env_now_ns(cli_env(filter_cli(f)));

	if (m->options->format == FORMAT_TABLE)
		monitor_row(k, table_columns(filter_cli(f)), &out);
	else if (!m->options->alert)
		monitor_record(k, m->baseline.name ? &m->baseline : NULL, now, &out);
	else
		add_alert(m, k, now, &out);
	if (m->options->format == FORMAT_TABLE)
		out_write(filter_cli(f), buf_span(&out));
	else if (out.len)
		filter_emit(f, buf_span(&out));
	buf_release(&out);
}

static int save(struct monitor *m, int64_t now, struct err *e)
{
	struct baseline b;
	int rc;

	baseline_init(&b, m->options->save_baseline);
	for (size_t i = 0; i < m->features.n; i++) {
		struct feature *f = m->features.items[i];
		struct window *w = &f->windows[WINDOW_CURRENT];
		struct base base = base_of(&w->sample);

		baseline_add(&b, span_cstr(f->name), &base);
		if (w->timed && w->to.ns > b.date.ns)
			b.date = w->to;
	}
	if (b.date.ns == 0)
		b.date = instant_from_ns(now);
	rc = baseline_save(&b, m->options->baseline_dir, e);
	baseline_release(&b);
	return rc;
}

static int on_finish(void *ctx, struct filter *f, struct err *e)
{
	struct monitor *m = ctx;
	struct checked k;

	features_sort(m->features.items, m->features.n);
	if (m->options->save_baseline)
		return save(m, env_now_ns(cli_env(filter_cli(f))), e);
	if (m->options->format == FORMAT_TABLE)
		out_write(filter_cli(f), monitor_heading(table_columns(filter_cli(f))));
	for (size_t i = 0; i < m->features.n; i++) {
		judge(m, m->features.items[i], &k);
		emit(m, f, &k);
		m->drifted += k.health.status == STATUS_DRIFT;
		/* labels may be newer than the baseline; a value without any is a mistake */
		m->without += k.health.status == STATUS_NO_BASELINE && !k.labelled;
	}
	if (m->drifted)
		filter_found(f);
	if (m->without)
		return err_set(e, EX_BADDATA, "%lld of %zu features have no baseline",
			       (long long)m->without, m->features.n);
	return 0;
}

static int on_save(void *ctx, struct filter *f, struct err *e)
{
	struct monitor *m = ctx;

	(void)f;
	return firing_file_write(&m->state, &m->firing, e);
}

static void on_stats(void *ctx, struct buf *json)
{
	const struct monitor *m = ctx;
	const struct late *l = &m->quality.late[WINDOW_CURRENT];

	buf_addf(json,
		 ",\"features\":%zu,\"values\":%llu,\"ignored\":%lld,\"drifted\":%lld,"
		 "\"waiting\":%zu,\"expired\":%lld,\"given_up\":%lld,\"mismatched\":%llu",
		 m->features.n, (unsigned long long)m->features.values, (long long)m->ignored,
		 (long long)m->drifted, l->by_id.live, (long long)l->expired, (long long)l->crowded,
		 (unsigned long long)m->quality.mismatched);
}

/* ---- the command ---- */

static int64_t age_ms(struct cli *c, const struct baseline *b)
{
	return (env_now_ns(cli_env(c)) - b->date.ns) / NS_PER_MS;
}

static void warn_if_stale(struct cli *c, const struct compare_options *o, const struct baseline *b)
{
	int64_t age = age_ms(c, b);
	struct buf text = BUF_INIT(64);

	if (age <= o->baseline_max_age_ms)
		return;
	num_add_duration_ms(&text, age - age % 60000);
	msg(c, MSG_WARNING, NULL, "the baseline '%s' is stale: its newest value is %s old", b->name,
	    buf_cstr(&text));
	buf_release(&text);
}

static int list_baselines(struct cli *c, const struct compare_options *o, struct err *e)
{
	struct buf out = BUF_INIT(LINE_OUT_MAX);
	struct baseline b;
	char **names;
	size_t n;
	int rc = 0;

	if (baseline_names(o->baseline_dir, &names, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n && rc == 0; i++) {
		rc = baseline_load(&b, o->baseline_dir, names[i], e);
		if (rc < 0)
			break;
		buf_clear(&out);
		monitor_listing(&b, age_ms(c, &b), age_ms(c, &b) > o->baseline_max_age_ms,
				o->format == FORMAT_TABLE, &out);
		out_write(c, buf_span(&out));
		baseline_release(&b);
	}
	file_list_free(names, n);
	buf_release(&out);
	return rc;
}

static int read_baseline(struct monitor *m, struct cli *c, struct err *e)
{
	static const struct reference_ops ops = {watch_reference, observe_reference};
	const struct compare_options *o = m->options;

	if (o->save_baseline)
		return EX_DONE;
	if (!o->baseline)
		return reference_read(c, o->reference, &ops, m, &m->ignored, e);
	if (baseline_load(&m->baseline, o->baseline_dir, o->baseline, e) < 0)
		return -1;
	warn_if_stale(c, o, &m->baseline);
	return EX_DONE;
}

static int run(struct monitor *m, struct cli *c, struct err *e)
{
	struct filter_ops ops = {
		.record = on_record,
		.control = on_control,
		.finish = on_finish,
		.save = on_save,
		.stats = on_stats,
		.watch = m->features.recall.paths,
		.n_watch = m->features.recall.n_paths,
		.n_watch_key = m->features.recall.n_key,
	};
	int before, code;

	if (firing_file_open(&m->state, cli_common(c)->state, &m->firing, e) < 0)
		return msg_err(c, NULL, e);
	before = read_baseline(m, c, e);
	if (before < 0)
		return msg_err(c, NULL, e);
	code = filter_run(c, &ops, m);
	return before == EX_REJECTS && (code == EX_DONE || code == EX_FOUND) ? EX_REJECTS : code;
}

int monitor_run(struct cli *c, const struct features_options *how)
{
	struct monitor m = {.options = cli_options(c), .state = FIRING_FILE_INIT};
	const struct compare_options *o = m.options;
	struct late_options late = {o->join_window_ms * NS_PER_MS, (size_t)o->join_max};
	struct err e = ERR_INIT;
	int code;

	if (check_options(c, o, &e) < 0)
		return msg_err(c, NULL, &e);
	if (o->list_baselines)
		return list_baselines(c, o, &e) < 0 ? msg_err(c, NULL, &e) : EX_DONE;
	features_init(&m.features, how);
	firing_init(&m.firing);
	quality_init(&m.quality, &m.features, o->positive, &late);
	code = run(&m, c, &e);
	firing_file_close(&m.state);
	firing_release(&m.firing);
	baseline_release(&m.baseline);
	quality_release(&m.quality);
	features_release(&m.features);
	return code;
}
