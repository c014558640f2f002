/*
 * Measures for Prometheus. Labels have few values: six severities, at most
 * MEASURE_TYPES types and "other".
 */
#include "aiops-incident/measure/measure.h"

#include "base/exposition.h"

#define LABELS(...) ((const struct exposition_label[]){__VA_ARGS__, {NULL, SPAN_NONE}})

static struct span severity_at(int s)
{
	return span_cstr(severity_name((enum severity)s));
}

static void counts(const struct measure *m, struct buf *out)
{
	exposition_family(out, "aiops_incidents_open", "gauge", "Incidents that are open.");
	for (int s = 0; s <= SEVERITY_CRITICAL; s++)
		exposition_sample(out, "aiops_incidents_open", "",
				  LABELS({"severity", severity_at(s)}),
				  (double)m->by_severity[s].open);
	exposition_family(out, "aiops_incidents_resolved_total", "counter",
			  "Incidents that were resolved.");
	for (int s = 0; s <= SEVERITY_CRITICAL; s++) {
		const struct group *g = &m->by_severity[s];

		exposition_sample(
			out, "aiops_incidents_resolved_total", "",
			LABELS({"severity", severity_at(s)}, {"auto_resolved", SPAN("true")}),
			(double)g->auto_resolved);
		exposition_sample(
			out, "aiops_incidents_resolved_total", "",
			LABELS({"severity", severity_at(s)}, {"auto_resolved", SPAN("false")}),
			(double)(g->resolved - g->auto_resolved));
	}
	exposition_family(out, "aiops_false_positives_total", "counter",
			  "Incidents that turned out to be none.");
	exposition_sample(out, "aiops_false_positives_total", "", NULL,
			  (double)m->all.false_positive);
	exposition_family(
		out, "aiops_hypotheses_total", "counter",
		"First hypotheses whose incident's cause is known, by whether they were right.");
	exposition_sample(out, "aiops_hypotheses_total", "", LABELS({"verdict", SPAN("right")}),
			  (double)m->all.agreed);
	exposition_sample(out, "aiops_hypotheses_total", "", LABELS({"verdict", SPAN("wrong")}),
			  (double)(m->all.judged - m->all.agreed));
	exposition_family(out, "aiops_incidents_automated_total", "counter",
			  "Incidents that a verified run mitigated.");
	exposition_sample(out, "aiops_incidents_automated_total", "", NULL,
			  (double)m->all.automated);
}

static void histogram(const char *name, const struct durations *d, struct span severity,
		      struct buf *out)
{
	static const struct {
		double at;
		const char *text;
	} bounds[] = {{10, "10"},     {30, "30"},       {60, "60"},
		      {300, "300"},   {900, "900"},     {1800, "1800"},
		      {3600, "3600"}, {14400, "14400"}, {86400, "86400"}};
	double sum = 0;
	size_t n = 0, ended = d->n - d->pending;

	for (size_t b = 0; b < sizeof bounds / sizeof *bounds; b++) {
		n = 0;
		for (size_t i = 0; i < d->n; i++)
			n += d->items[i].ended && d->items[i].length <= bounds[b].at;
		exposition_sample(out, name, "_bucket",
				  LABELS({"severity", severity}, {"le", span_cstr(bounds[b].text)}),
				  (double)n);
	}
	for (size_t i = 0; i < d->n; i++)
		sum += d->items[i].ended ? d->items[i].length : 0;
	exposition_sample(out, name, "_bucket",
			  LABELS({"severity", severity}, {"le", SPAN("+Inf")}), (double)ended);
	exposition_sample(out, name, "_sum", LABELS({"severity", severity}), sum);
	exposition_sample(out, name, "_count", LABELS({"severity", severity}), (double)ended);
}

static void times(const struct measure *m, struct buf *out)
{
	static const struct {
		const char *name, *help;
		enum span_of_time time;
	} families[] = {
		{"aiops_resolution_time_seconds", "From detection to the end.", TIME_RESOLVE},
		{"aiops_detection_latency_seconds", "From the beginning of impact to detection.",
		 TIME_DETECT},
		{"aiops_acknowledge_time_seconds", "From detection until somebody was on it.",
		 TIME_ACKNOWLEDGE},
	};

	for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
		exposition_family(out, families[i].name, "histogram", families[i].help);
		for (int s = 0; s <= SEVERITY_CRITICAL; s++)
			histogram(families[i].name, &m->by_severity[s].times[families[i].time],
				  severity_at(s), out);
	}
}

void measure_exposition(const struct measure *m, struct buf *out)
{
	static const char detected[] = "aiops_incidents_detected_total";

	exposition_family(out, detected, "counter", "Incidents, by severity and type.");
	for (int s = 0; s <= SEVERITY_CRITICAL; s++) {
		for (struct map_entry *en = map_next(&m->types, NULL); en;
		     en = map_next(&m->types, en)) {
			const struct group *g = en->value.ptr;

			if (g->severities[s])
				exposition_sample(out, detected, "",
						  LABELS({"severity", severity_at(s)},
							 {"type", span_of(en->key, en->key_len)}),
						  (double)g->severities[s]);
		}
	}
	counts(m, out);
	times(m, out);
}
