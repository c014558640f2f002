/* The monitor's records: see monitor_report.h. */
#include "aiops-drift/compare/monitor_report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aiops-drift/compare/report.h"
#include "aiops-drift/compare/table.h"

struct span feature_model(const struct feature *f)
{
	/* the only label of such a feature, as JSON: {"model":"..."}; see quality.h */
	static const char head[] = "{\"model\":\"";
	size_t len = strlen(f->labels);

	if (strncmp(f->labels, head, sizeof head - 1) != 0 || len < sizeof head + 1)
		return SPAN_NONE;
	return span_of(f->labels + sizeof head - 1, len - (sizeof head - 1) - 2);
}

struct instant monitor_time(const struct checked *k, int64_t now_ns)
{
	const struct window *w = k->feature->windows;

	if (w[WINDOW_CURRENT].timed)
		return w[WINDOW_CURRENT].to;
	return w[WINDOW_REFERENCE].timed ? w[WINDOW_REFERENCE].to : instant_from_ns(now_ns);
}

/* Labels may be newer than the baseline: that a feature of them has none is no error. */
static const char *status_word(const struct checked *k)
{
	if (k->health.status == STATUS_NO_BASELINE && k->labelled)
		return "no_baseline";
	return status_name(k->health.status);
}

static double known(bool is, double d)
{
	return is ? d : NAN;
}

static void write_tests(struct jsonw *w, const struct health *h)
{
	/* beyond the doubles the change is certain: the largest z that JSON holds is as good */
	double z = isinf(h->z) ? 1e308 : h->z;

	jsonw_member_double(w, "z", h->status == STATUS_OK || h->status == STATUS_DRIFT ? z : NAN);
	jsonw_member_double(w, "mean_z", h->mean_z);
	jsonw_member_double(w, "mean_pvalue", h->mean_p);
	jsonw_member_double(w, "effect", h->effect);
	jsonw_member_double(w, "variance_z", h->variance_z);
	jsonw_member_double(w, "variance_pvalue", h->variance_p);
	jsonw_member_double(w, "variance_ratio", h->variance_ratio);
	jsonw_member_i64(w, "outside", (int64_t)h->outside);
	jsonw_member_double(w, "range_pvalue", h->range_p);
}

static void write_side(struct jsonw *w, const char *side, const struct base *b)
{
	const struct {
		const char *name;
		double value;
	} members[] = {
		{"mean", b->s.mean},
		{"std", sqrt(b->s.variance)},
		{"min", b->s.min},
		{"max", b->s.max},
	};
	struct buf key = BUF_INIT(64);

	for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
		buf_clear(&key);
		buf_addf(&key, "%s_%s", side, members[i].name);
		jsonw_member_double(w, buf_cstr(&key), known(b->s.n > 0, members[i].value));
	}
	buf_clear(&key);
	buf_addf(&key, "%s_n", side);
	jsonw_member_i64(w, buf_cstr(&key), (int64_t)b->s.n);
	buf_clear(&key);
	buf_addf(&key, "%s_missing", side);
	jsonw_member_i64(w, buf_cstr(&key), (int64_t)b->missing);
	buf_release(&key);
}

static void write_coverage(struct jsonw *w, const struct checked *k)
{
	/* ratings are counted as they are, joined or not */
	uint64_t n = strcmp(k->feature->metric, "human_approval_rate") == 0 ? k->cur.s.n
									    : k->coverage.labelled;

	jsonw_member_i64(w, "predictions", (int64_t)k->coverage.predictions);
	jsonw_member_i64(w, "labelled", (int64_t)n);
	jsonw_member_double(w, "coverage",
			    known(k->coverage.predictions > 0,
				  fmin(1, (double)n / (double)k->coverage.predictions)));
}

static void write_drift(struct jsonw *w, const struct checked *k, const struct baseline *baseline,
			struct span why)
{
	const struct health *h = &k->health;

	jsonw_key(w, "drift");
	jsonw_object(w);
	jsonw_member(w, "feature", span_cstr(k->feature->name));
	jsonw_member(w, "metric", span_cstr(k->feature->metric));
	jsonw_key(w, "labels");
	jsonw_raw(w, span_cstr(k->feature->labels));
	jsonw_member(w, "monitor", span_cstr(status_word(k)));
	jsonw_member(w, "health", span_cstr(feeling_name(h->feeling)));
	jsonw_key(w, "drift_detected");
	if (h->status == STATUS_OK || h->status == STATUS_DRIFT)
		jsonw_bool(w, h->status == STATUS_DRIFT);
	else
		jsonw_null(w);
	jsonw_member_bool(w, "alert", h->alert);
	jsonw_member(w, "why", why);
	write_tests(w, h);
	write_side(w, "reference", &k->ref);
	write_side(w, "current", &k->cur);
	if (k->labelled)
		write_coverage(w, k);
	if (baseline) {
		jsonw_member(w, "baseline", span_cstr(baseline->name));
		jsonw_member_time(w, "baseline_date", baseline->date);
	}
	report_window(w, "reference_window", &k->feature->windows[WINDOW_REFERENCE]);
	report_window(w, "current_window", &k->feature->windows[WINDOW_CURRENT]);
	jsonw_object_end(w);
}

void monitor_record(const struct checked *k, const struct baseline *baseline, int64_t now_ns,
		    struct buf *out)
{
	struct instant at = monitor_time(k, now_ns);
	struct jsonw w = jsonw_to(out);
	struct buf why = BUF_INIT(WHY_MAX);

	health_why(&k->health, &k->ref.s, &k->cur.s, &why);
	jsonw_object(&w);
	report_head(&w, "drift", "monitor", at, at, span_cstr(k->feature->name));
	report_shared(&w, k->feature);
	write_drift(&w, k, baseline, buf_span(&why));
	jsonw_object_end(&w);
	buf_release(&why);
}

void monitor_alert(const struct checked *k, const struct fired *fired, bool resolved,
		   int64_t now_ns, struct buf *out)
{
	enum severity severity = k->health.z > 10 ? SEVERITY_HIGH : SEVERITY_MEDIUM;
	const char *status = resolved ? "resolved" : "firing";
	struct span feature = span_cstr(k->feature->name);
	struct instant at = monitor_time(k, now_ns);
	struct jsonw w = jsonw_to(out);
	struct buf why = BUF_INIT(WHY_MAX);

	health_why(&k->health, &k->ref.s, &k->cur.s, &why);
	jsonw_object(&w);
	report_head(&w, "alert", status, fired->starts_at, at, feature);
	jsonw_member(&w, "signal", SPAN("metric"));
	jsonw_member(&w, "status", span_cstr(status));
	jsonw_member(&w, "severity", span_cstr(severity_name(severity)));
	jsonw_member_i64(&w, "severity_number", severity_number(severity));
	jsonw_member(&w, "name", SPAN(ALERT_NAME));
	jsonw_member(&w, "title", feature);
	jsonw_member(&w, "description", buf_span(&why));
	report_shared(&w, k->feature);
	if (isfinite(k->cur.s.mean))
		jsonw_member_double(&w, "value", k->cur.s.mean);
	jsonw_member_bool(&w, "healthy", resolved);
	jsonw_member_time(&w, "starts_at", fired->starts_at);
	if (resolved)
		jsonw_member_time(&w, "ends_at", at);
	alert_write_labels(&w, SPAN(ALERT_NAME), feature, span_cstr(fired->service));
	write_drift(&w, k, NULL, buf_span(&why));
	jsonw_object_end(&w);
	buf_release(&why);
}

/* Below this width a table has the health, its z, and the number of values alone. */
#define WIDE_COLUMNS 100

static bool is_wide(size_t columns)
{
	return columns == 0 || columns >= WIDE_COLUMNS;
}

struct span monitor_heading(size_t columns)
{
	if (!is_wide(columns))
		return SPAN("HEALTH                     Z         N  FEATURE\n");
	return SPAN(
		"MONITOR            HEALTH                     Z         N  REF MEAN      MEAN  "
		"FEATURE\n");
}

void monitor_row(const struct checked *k, size_t columns, struct buf *out)
{
	const struct health *h = &k->health;
	bool wide = is_wide(columns);
	size_t start = out->len;

	if (wide)
		buf_addf(out, "%-18s ", status_word(k));
	buf_addf(out, "%-18s %9.3g %9llu", feeling_name(h->feeling), h->z,
		 (unsigned long long)k->cur.s.n);
	if (wide)
		buf_addf(out, " %9.3g %9.3g", k->ref.s.mean, k->cur.s.mean);
	buf_add_cstr(out, "  ");
	add_last(out, span_cstr(k->feature->name), out->len - start, columns);
}

void monitor_listing(const struct baseline *b, int64_t age_ms, bool stale, bool for_people,
		     struct buf *out)
{
	struct jsonw w = jsonw_to(out);

	if (for_people) {
		instant_add(out, b->date);
		buf_addf(out, "  %6zu features  %-5s  %s\n", b->by_feature.live,
			 stale ? "stale" : "", b->name);
		return;
	}
	jsonw_object(&w);
	jsonw_member(&w, "baseline", span_cstr(b->name));
	jsonw_member_time(&w, "date", b->date);
	jsonw_member_i64(&w, "age_s", age_ms / 1000);
	jsonw_member_bool(&w, "stale", stale);
	jsonw_member_i64(&w, "features", (int64_t)b->by_feature.live);
	jsonw_object_end(&w);
	buf_add_char(out, '\n');
}
