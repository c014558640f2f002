/* Records of kind drift and alerts: see report.h. */
#include "aiops-drift/compare/report.h"

#include <math.h>

#include "aiops-drift/compare/certified.h"
#include "record/jsonw.h"

#define TIME_MAX     64
#define LOUD_D       0.5
#define LOUD_MISSING 0.5

struct instant result_time(const struct report *rep, const struct result *r)
{
	const struct window *w = r->feature->windows;

	if (w[WINDOW_CURRENT].timed)
		return w[WINDOW_CURRENT].to;
	if (w[WINDOW_REFERENCE].timed)
		return w[WINDOW_REFERENCE].to;
	return instant_from_ns(rep->now_ns);
}

/* How loud an alert is: high from D 0.5 on, or when the share of missing values moved by that much;
 * medium else. */
static enum severity result_severity(const struct result *r)
{
	const struct analysis *a = r->analysis;

	if (r->verdict->values_moved && (a->category ? a->category->h.tvd : a->ks.d) >= LOUD_D)
		return SEVERITY_HIGH;
	if (r->verdict->missing_moved && fabs(a->missing_change) >= LOUD_MISSING)
		return SEVERITY_HIGH;
	return SEVERITY_MEDIUM;
}

/* NAN, which is written as null, where a feature has no such number. */
static double only(bool known, double d)
{
	return known ? d : NAN;
}

static void write_ks(struct jsonw *w, const struct analysis *a, const struct verdict *v,
		     double alpha)
{
	bool known = a->both && a->type == ANALYSIS_NUMBER;

	jsonw_member_double(w, "ks_statistic", only(known, a->ks.d));
	jsonw_member_double(w, "ks_pvalue", only(known, a->ks_p.p));
	jsonw_member_double(w, "ks_qvalue", only(known, v->values_q));
	jsonw_member_double(w, "log10_p", only(known, a->ks_p.log10_p));
	jsonw_key(w, "p_method");
	jsonw_cstr(w, known ? ks_method_name(a->ks_p.method) : NULL);
	jsonw_member_double(w, "ks_at", only(known, a->ks.at));
	jsonw_member_double(w, "ks_detectable", detectable_d(a, alpha));
}

static void write_listed(struct jsonw *w, const char *key, const struct listed *items, size_t n)
{
	jsonw_key(w, key);
	jsonw_array(w);
	for (size_t i = 0; i < n && i < LISTED_MAX; i++) {
		jsonw_object(w);
		jsonw_member(w, "category", items[i].text);
		jsonw_member_i64(w, "count", (int64_t)items[i].count);
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
}

static void write_category(struct jsonw *w, const struct analysis *a, const struct verdict *v)
{
	const struct category_analysis *k = a->category;
	const struct homogeneity *h = &k->h;

	jsonw_member_double(w, "chi2_statistic", h->exact ? NAN : h->chi2.x2);
	jsonw_member_double(w, "chi2_pvalue", h->chi2.p);
	jsonw_member_double(w, "chi2_qvalue", v->values_q);
	jsonw_member_i64(w, "chi2_dof", (int64_t)h->chi2.dof);
	jsonw_member(w, "chi2_method", h->exact ? SPAN("fisher") : SPAN("chi2"));
	jsonw_member_i64(w, "categories", (int64_t)h->categories);
	jsonw_member_i64(w, "categories_pooled", (int64_t)h->pooled);
	jsonw_member_double(w, "cramers_v", h->chi2.v);
	jsonw_member_double(w, "cramers_v_corrected", h->v_corrected);
	jsonw_member_double(w, "tvd", h->tvd);
	jsonw_member_double(w, "tvd_max", fmin(1, h->tvd + k->rest_share));
	jsonw_member_double(w, "linf", h->linf);
	jsonw_member_bool(w, "categories_folded", k->folded);
	jsonw_member_i64(w, "new_count", (int64_t)k->n_fresh);
	write_listed(w, "new_categories", k->fresh, k->n_fresh);
	jsonw_member_i64(w, "vanished_count", (int64_t)k->n_gone);
	write_listed(w, "vanished_categories", k->gone, k->n_gone);
}

static void write_distances(struct jsonw *w, const struct analysis *a)
{
	bool numbers = a->both && a->type == ANALYSIS_NUMBER;

	jsonw_member_double(w, "psi", only(a->both, a->psi.psi));
	jsonw_member_double(w, "psi_null_mean", only(a->both, a->psi.null_mean));
	jsonw_member_double(w, "psi_p", only(a->both, a->psi.p));
	jsonw_member_double(w, "psi_p_corrected", only(a->both, a->psi.p_corrected));
	jsonw_member_double(w, "js_divergence", only(a->both, a->js));
	jsonw_member_double(w, "js_distance2", only(a->both, js_distance2(a->js)));
	jsonw_member_double(w, "js_divergence_common50", only(numbers, a->js_common50));
	jsonw_member_double(w, "wasserstein", only(numbers, a->wasserstein));
	jsonw_member_double(w, "wasserstein_trimmed", only(numbers, a->wasserstein_trimmed));
	jsonw_member_double(w, "wasserstein_scaled", only(numbers, a->wasserstein_scaled));
	jsonw_member_double(w, "hedges_g", only(numbers, a->hedges_g));
	jsonw_member_double(
		w, "variance_ratio",
		only(numbers && a->ref.m2 > 0,
		     moments_sample_variance(&a->cur) / moments_sample_variance(&a->ref)));
}

/* The lower ends of the effects, which the gates look at. */
static void write_lower(struct jsonw *w, const struct lower_ends *l)
{
	const struct {
		const char *name;
		double value;
	} ends[] = {
		{"ks_statistic", l->d}, {"psi_excess", l->psi}, {"js_distance2", l->js_distance2},
		{"hedges_g", l->g},     {"cramers_v", l->v},    {"missing_change", l->missing},
	};

	jsonw_key(w, "at_least");
	jsonw_object(w);
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		if (isfinite(ends[i].value))
			jsonw_member_double(w, ends[i].name, ends[i].value);
	}
	jsonw_object_end(w);
}

static void write_moments(struct jsonw *w, const struct analysis *a)
{
	bool r = a->ref.n > 0, c = a->cur.n > 0;

	jsonw_member_double(w, "reference_mean", only(r, a->ref.mean));
	jsonw_member_double(w, "current_mean", only(c, a->cur.mean));
	jsonw_member_double(w, "reference_std", only(r, moments_std(&a->ref)));
	jsonw_member_double(w, "current_std", only(c, moments_std(&a->cur)));
	jsonw_member_double(w, "reference_min", only(r, a->ref.min));
	jsonw_member_double(w, "current_min", only(c, a->cur.min));
	jsonw_member_double(w, "reference_max", only(r, a->ref.max));
	jsonw_member_double(w, "current_max", only(c, a->cur.max));
}

static void write_counts(struct jsonw *w, const struct analysis *a, const struct verdict *v)
{
	jsonw_member_i64(w, "reference_n", (int64_t)a->ref_n);
	jsonw_member_i64(w, "current_n", (int64_t)a->cur_n);
	jsonw_member_i64(w, "reference_missing", (int64_t)a->ref_missing);
	jsonw_member_i64(w, "current_missing", (int64_t)a->cur_missing);
	if (a->ref_mistyped || a->cur_mistyped) {
		jsonw_member_i64(w, "reference_mistyped", (int64_t)a->ref_mistyped);
		jsonw_member_i64(w, "current_mistyped", (int64_t)a->cur_mistyped);
	}
	jsonw_member_double(w, "missing_change", a->missing_change);
	jsonw_member_double(w, "missing_pvalue", only(a->missing_usable, a->missing_p));
	jsonw_member_double(w, "missing_qvalue", v->missing_q);
}

void report_window(struct jsonw *w, const char *key, const struct window *window)
{
	if (!window->timed)
		return;
	jsonw_key(w, key);
	jsonw_object(w);
	jsonw_member_time(w, "from", window->from);
	jsonw_member_time(w, "to", window->to);
	jsonw_object_end(w);
}

static bool overflowed(const struct moments *m)
{
	return m->n > 0 && !(isfinite(m->mean) && isfinite(moments_std(m)));
}

/* Says which nulls stand for a result that no double holds. */
static void write_reason(struct jsonw *w, const struct analysis *a)
{
	if (overflowed(&a->ref) || overflowed(&a->cur) || (a->both && isinf(a->wasserstein)))
		jsonw_member(w, "reason",
			     SPAN("the moments or the distance are beyond the range of a double"));
}

static struct span why(const struct report *rep, const struct result *r, struct buf *text)
{
	verdict_why(r->analysis, rep->rule, rep->alpha, r->verdict, text);
	return buf_span(text);
}

static void write_verdict(struct jsonw *w, const struct report *rep, const struct result *r)
{
	const struct verdict *v = r->verdict;

	jsonw_key(w, "drift_detected");
	if (v->kind == VERDICT_INSUFFICIENT)
		jsonw_null(w);
	else
		jsonw_bool(w, v->kind == VERDICT_DRIFT);
	jsonw_member(w, "verdict", span_cstr(verdict_name(v->kind)));
	jsonw_member_bool(w, "significant", v->significant);
	jsonw_member_bool(w, "material", v->material);
	jsonw_member(w, "rule", rep->rule == RULE_SIMPLE ? SPAN("simple") : SPAN("default"));
	jsonw_member_double(w, "alpha", rep->alpha);
	jsonw_member(w, "fdr", span_cstr(adjustment_name(rep->fdr)));
}

static void write_drift(struct jsonw *w, const struct report *rep, const struct result *r,
			struct span sentence)
{
	jsonw_key(w, "drift");
	jsonw_object(w);
	jsonw_member(w, "feature", span_cstr(r->feature->name));
	jsonw_member(w, "metric", span_cstr(r->feature->metric));
	jsonw_key(w, "labels");
	jsonw_raw(w, span_cstr(r->feature->labels));
	jsonw_member(w, "type", span_cstr(analysis_type_name(r->analysis->type)));
	write_verdict(w, rep, r);
	jsonw_member(w, "why", sentence);
	write_ks(w, r->analysis, r->verdict, rep->alpha);
	if (r->analysis->category && r->analysis->both)
		write_category(w, r->analysis, r->verdict);
	write_distances(w, r->analysis);
	certified_write(w, r->analysis);
	write_lower(w, &r->analysis->lower);
	write_moments(w, r->analysis);
	write_counts(w, r->analysis, r->verdict);
	report_window(w, "reference_window", &r->feature->windows[WINDOW_REFERENCE]);
	report_window(w, "current_window", &r->feature->windows[WINDOW_CURRENT]);
	write_reason(w, r->analysis);
	jsonw_object_end(w);
}

void report_head(struct jsonw *w, const char *kind, const char *status, struct instant since,
		 struct instant timestamp, struct span feature)
{
	struct buf when = BUF_INIT(TIME_MAX);
	char id[EVENT_ID_LEN + 1];

	instant_add(&when, since);
	event_id(id, span_cstr(kind), SPAN(TOOL_NAME), feature, span_cstr(status), buf_span(&when));
	buf_release(&when);
	jsonw_member_i64(w, "v", 1);
	jsonw_member(w, "kind", span_cstr(kind));
	jsonw_member(w, "id", span_cstr(id));
	jsonw_member_time(w, "timestamp", timestamp);
	jsonw_member(w, "source", SPAN(TOOL_NAME));
	jsonw_member(w, "source_id", feature);
}

void report_shared(struct jsonw *w, const struct feature *f)
{
	for (int i = 0; i < ORIGIN_FIELDS; i++)
		jsonw_member_opt(w, origin_names[i], feature_shared(f, (enum origin_field)i));
}

void report_drift(const struct report *rep, const struct result *r, struct buf *out)
{
	struct jsonw w = jsonw_to(out);
	struct buf text = BUF_INIT(WHY_MAX);

	jsonw_object(&w);
	report_head(&w, "drift", NULL, result_time(rep, r), result_time(rep, r),
		    span_cstr(r->feature->name));
	report_shared(&w, r->feature);
	write_drift(&w, rep, r, why(rep, r, &text));
	jsonw_object_end(&w);
	buf_release(&text);
}

static void write_alert(struct jsonw *w, const struct report *rep, const struct result *r,
			const struct fired *fired, bool resolved, struct span title)
{
	const char *status = resolved ? "resolved" : "firing";
	struct buf text = BUF_INIT(WHY_MAX);
	struct span sentence = why(rep, r, &text);
	enum severity severity = result_severity(r);
	struct instant now = result_time(rep, r);

	report_head(w, "alert", status, fired->starts_at, now, span_cstr(r->feature->name));
	jsonw_member(w, "signal", SPAN("metric"));
	jsonw_member(w, "status", span_cstr(status));
	jsonw_member(w, "severity", span_cstr(severity_name(severity)));
	jsonw_member_i64(w, "severity_number", severity_number(severity));
	jsonw_member(w, "name", SPAN(ALERT_NAME));
	jsonw_member(w, "title", title);
	jsonw_member(w, "description", sentence);
	report_shared(w, r->feature);
	if (r->analysis->cur.n && isfinite(r->analysis->cur.mean))
		jsonw_member_double(w, "value", r->analysis->cur.mean);
	jsonw_member_bool(w, "healthy", resolved);
	jsonw_member_time(w, "starts_at", fired->starts_at);
	if (resolved)
		jsonw_member_time(w, "ends_at", now);
	alert_write_labels(w, SPAN(ALERT_NAME), span_cstr(r->feature->name),
			   span_cstr(fired->service));
	write_drift(w, rep, r, sentence);
	buf_release(&text);
}

void report_alert(const struct report *rep, const struct result *r, const struct fired *fired,
		  bool resolved, struct buf *out)
{
	struct buf title = BUF_INIT(FEATURE_NAME_MAX + 64);
	struct jsonw w = jsonw_to(out);

	buf_add_cstr(&title, "Drift of ");
	buf_add_cstr(&title, r->feature->name);
	jsonw_object(&w);
	write_alert(&w, rep, r, fired, resolved, buf_span(&title));
	jsonw_object_end(&w);
	buf_release(&title);
}
