/* Records of kind drift and alerts: see report.h. */
#include "aiops-drift/report.h"

#include <math.h>

#include "record/jsonw.h"

#define WHY_MAX      4096
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

enum severity result_severity(const struct result *r)
{
	if (r->verdict->values_moved && r->analysis->ks.d >= LOUD_D)
		return SEVERITY_HIGH;
	if (r->verdict->missing_moved && fabs(r->analysis->missing_change) >= LOUD_MISSING)
		return SEVERITY_HIGH;
	return SEVERITY_MEDIUM;
}

static void write_ks(struct jsonw *w, const struct analysis *a, const struct verdict *v,
		     double alpha)
{
	jsonw_member_double(w, "ks_statistic", a->both ? a->ks.d : NAN);
	jsonw_member_double(w, "ks_pvalue", a->both ? a->ks_p.p : NAN);
	jsonw_member_double(w, "ks_qvalue", v->ks_q);
	jsonw_member_double(w, "log10_p", a->both ? a->ks_p.log10_p : NAN);
	jsonw_key(w, "p_method");
	jsonw_cstr(w, a->both ? ks_method_name(a->ks_p.method) : NULL);
	jsonw_member_double(w, "ks_at", a->both ? a->ks.at : NAN);
	jsonw_member_double(w, "ks_detectable", detectable_d(a, alpha));
}

static void write_distances(struct jsonw *w, const struct analysis *a)
{
	jsonw_member_double(w, "psi", a->both ? a->psi.psi : NAN);
	jsonw_member_double(w, "psi_null_mean", a->both ? a->psi.null_mean : NAN);
	jsonw_member_double(w, "psi_p", a->both ? a->psi.p : NAN);
	jsonw_member_double(w, "js_divergence", a->both ? a->js : NAN);
	jsonw_member_double(w, "js_distance2", a->both ? js_distance2(a->js) : NAN);
	jsonw_member_double(w, "js_divergence_common50", a->both ? a->js_common50 : NAN);
	jsonw_member_double(w, "wasserstein", a->both ? a->wasserstein : NAN);
	jsonw_member_double(w, "wasserstein_scaled", a->both ? a->wasserstein_scaled : NAN);
	jsonw_member_double(w, "hedges_g", a->both ? a->hedges_g : NAN);
}

static void write_moments(struct jsonw *w, const struct analysis *a)
{
	double r = a->ref.n ? 0 : NAN, c = a->cur.n ? 0 : NAN; /* adding NaN makes null */

	jsonw_member_double(w, "reference_mean", a->ref.mean + r);
	jsonw_member_double(w, "current_mean", a->cur.mean + c);
	jsonw_member_double(w, "reference_std", moments_std(&a->ref) + r);
	jsonw_member_double(w, "current_std", moments_std(&a->cur) + c);
	jsonw_member_double(w, "reference_min", a->ref.min + r);
	jsonw_member_double(w, "current_min", a->cur.min + c);
	jsonw_member_double(w, "reference_max", a->ref.max + r);
	jsonw_member_double(w, "current_max", a->cur.max + c);
}

static void write_counts(struct jsonw *w, const struct analysis *a, const struct verdict *v)
{
	jsonw_member_i64(w, "reference_n", (int64_t)a->ref.n);
	jsonw_member_i64(w, "current_n", (int64_t)a->cur.n);
	jsonw_member_i64(w, "reference_missing", (int64_t)a->ref_missing);
	jsonw_member_i64(w, "current_missing", (int64_t)a->cur_missing);
	jsonw_member_double(w, "missing_change", a->missing_change);
	jsonw_member_double(w, "missing_pvalue", a->missing_usable ? a->missing_p : NAN);
	jsonw_member_double(w, "missing_qvalue", v->missing_q);
}

static void write_window(struct jsonw *w, const char *key, const struct window *window)
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
	write_verdict(w, rep, r);
	jsonw_member(w, "why", sentence);
	write_ks(w, r->analysis, r->verdict, rep->alpha);
	write_distances(w, r->analysis);
	write_moments(w, r->analysis);
	write_counts(w, r->analysis, r->verdict);
	write_window(w, "reference_window", &r->feature->windows[WINDOW_REFERENCE]);
	write_window(w, "current_window", &r->feature->windows[WINDOW_CURRENT]);
	write_reason(w, r->analysis);
	jsonw_object_end(w);
}

/* v, kind, id, timestamp, source, source_id. */
static void write_head(struct jsonw *w, const char *kind, const char *status,
		       const struct report *rep, const struct result *r)
{
	struct instant t = result_time(rep, r);
	struct buf when = BUF_INIT(TIME_MAX);
	struct span feature = span_cstr(r->feature->name);
	char id[EVENT_ID_LEN + 1];

	instant_add(&when, t);
	event_id(id, span_cstr(kind), SPAN(TOOL_NAME), feature, span_cstr(status), buf_span(&when));
	buf_release(&when);
	jsonw_member_i64(w, "v", 1);
	jsonw_member(w, "kind", span_cstr(kind));
	jsonw_member(w, "id", span_cstr(id));
	jsonw_member_time(w, "timestamp", t);
	jsonw_member(w, "source", SPAN(TOOL_NAME));
	jsonw_member(w, "source_id", feature);
}

static void write_shared(struct jsonw *w, const struct feature *f)
{
	for (int i = 0; i < SHARED_FIELDS; i++)
		jsonw_member_opt(w, shared_names[i], feature_shared(f, (enum shared_field)i));
}

void report_drift(const struct report *rep, const struct result *r, struct buf *out)
{
	struct jsonw w = jsonw_to(out);
	struct buf text = BUF_INIT(WHY_MAX);

	jsonw_object(&w);
	write_head(&w, "drift", NULL, rep, r);
	write_shared(&w, r->feature);
	write_drift(&w, rep, r, why(rep, r, &text));
	jsonw_object_end(&w);
	buf_release(&text);
}

static void write_labels(struct jsonw *w, const struct feature *f)
{
	struct span service = feature_shared(f, SHARED_SERVICE);
	struct label labels[3] = {
		{SPAN("alertname"), SPAN(ALERT_NAME)},
		{SPAN("feature"), span_cstr(f->name)},
		{SPAN("service"), service},
	};
	size_t n = service.len ? 3 : 2;
	char hex[FINGERPRINT_HEX + 1];

	labels_sort(labels, n);
	fingerprint_hex(labels_fingerprint(labels, n), hex);
	jsonw_member(w, "fingerprint", span_cstr(hex));
	jsonw_key(w, "labels");
	jsonw_object(w);
	for (size_t i = 0; i < n; i++) {
		jsonw_key_span(w, labels[i].name);
		jsonw_string(w, labels[i].value);
	}
	jsonw_object_end(w);
}

void report_alert(const struct report *rep, const struct result *r, struct buf *out)
{
	struct jsonw w = jsonw_to(out);
	struct buf text = BUF_INIT(WHY_MAX), title = BUF_INIT(FEATURE_NAME_MAX + 64);
	enum severity severity = result_severity(r);
	struct span sentence = why(rep, r, &text);

	buf_add_cstr(&title, "Drift of ");
	buf_add_cstr(&title, r->feature->name);
	jsonw_object(&w);
	write_head(&w, "alert", "firing", rep, r);
	jsonw_member(&w, "signal", SPAN("metric"));
	jsonw_member(&w, "status", SPAN("firing"));
	jsonw_member(&w, "severity", span_cstr(severity_name(severity)));
	jsonw_member_i64(&w, "severity_number", severity_number(severity));
	jsonw_member(&w, "name", SPAN(ALERT_NAME));
	jsonw_member(&w, "title", buf_span(&title));
	jsonw_member(&w, "description", sentence);
	write_shared(&w, r->feature);
	if (r->analysis->cur.n && isfinite(r->analysis->cur.mean))
		jsonw_member_double(&w, "value", r->analysis->cur.mean);
	jsonw_member_bool(&w, "healthy", false);
	jsonw_member_time(&w, "starts_at", result_time(rep, r));
	write_labels(&w, r->feature);
	write_drift(&w, rep, r, sentence);
	jsonw_object_end(&w);
	buf_release(&title);
	buf_release(&text);
}
