/*
 * The counts of the register for Prometheus. Labels have few values: six severities, at most
 * COUNT_TYPES types and "other".
 */
#include "aiops-incident/measure/measure.h"

#include "aiops-incident/register/count.h"
#include "base/exposition.h"

#define LABELS(...) ((const struct exposition_label[]){__VA_ARGS__, {NULL, SPAN_NONE}})

static struct span severity_at(enum severity s)
{
	return span_cstr(severity_name(s));
}

static void detected(void *ctx, enum severity severity, struct span word, double n)
{
	exposition_sample(ctx, "aiops_incidents_detected_total", "",
			  LABELS({"severity", severity_at(severity)}, {"type", word}), n);
}

static int open_now(struct store *s, struct buf *out, struct err *e)
{
	static const char name[] = "aiops_incidents_open";
	int64_t n[SEVERITY_CRITICAL + 1] = {0};

	if (s && count_open(s, n, e) != 0)
		return -1;
	exposition_family(out, name, "gauge", "Incidents that are open.");
	for (enum severity i = SEVERITY_UNKNOWN; i <= SEVERITY_CRITICAL; i++)
		exposition_sample(out, name, "", LABELS({"severity", severity_at(i)}),
				  (double)n[i]);
	return 0;
}

static int resolved(struct store *s, struct buf *out, struct err *e)
{
	static const char name[] = "aiops_incidents_resolved_total";

	exposition_family(out, name, "counter", "Incidents that were resolved.");
	for (enum severity i = SEVERITY_UNKNOWN; i <= SEVERITY_CRITICAL; i++) {
		double by_itself = 0, by_person = 0;

		if (s && (count_read(s, COUNT_RESOLVED, i, SPAN("auto"), &by_itself, e) != 0 ||
			  count_read(s, COUNT_RESOLVED, i, SPAN("person"), &by_person, e) != 0))
			return -1;
		exposition_sample(
			out, name, "",
			LABELS({"severity", severity_at(i)}, {"auto_resolved", SPAN("true")}),
			by_itself);
		exposition_sample(
			out, name, "",
			LABELS({"severity", severity_at(i)}, {"auto_resolved", SPAN("false")}),
			by_person);
	}
	return 0;
}

/* Of all severities together. */
static int sum(struct store *s, const char *family, struct span word, double *out, struct err *e)
{
	*out = 0;
	for (enum severity i = SEVERITY_UNKNOWN; s && i <= SEVERITY_CRITICAL; i++) {
		double n;

		if (count_read(s, family, i, word, &n, e) != 0)
			return -1;
		*out += n;
	}
	return 0;
}

static int totals(struct store *s, struct buf *out, struct err *e)
{
	double false_alarms, right, wrong, automated;

	if (sum(s, COUNT_FALSE, SPAN(""), &false_alarms, e) != 0 ||
	    sum(s, COUNT_HYPOTHESES, SPAN("right"), &right, e) != 0 ||
	    sum(s, COUNT_HYPOTHESES, SPAN("wrong"), &wrong, e) != 0 ||
	    sum(s, COUNT_AUTOMATED, SPAN(""), &automated, e) != 0)
		return -1;
	exposition_family(out, "aiops_false_positives_total", "counter",
			  "Incidents that turned out to be none.");
	exposition_sample(out, "aiops_false_positives_total", "", NULL, false_alarms);
	exposition_family(
		out, "aiops_hypotheses_total", "counter",
		"First hypotheses whose incident's cause is known, by whether they were right.");
	exposition_sample(out, "aiops_hypotheses_total", "", LABELS({"verdict", SPAN("right")}),
			  right);
	exposition_sample(out, "aiops_hypotheses_total", "", LABELS({"verdict", SPAN("wrong")}),
			  wrong);
	exposition_family(out, "aiops_incidents_automated_total", "counter",
			  "Incidents that a verified run mitigated.");
	exposition_sample(out, "aiops_incidents_automated_total", "", NULL, automated);
	return 0;
}

static int histogram(struct store *s, const char *family, const char *name, enum severity severity,
		     struct buf *out, struct err *e)
{
	double n = 0, in_bucket, total = 0;

	for (size_t b = 0; b < count_n_bounds; b++) {
		in_bucket = 0;
		if (s && count_read(s, family, severity, span_cstr(count_bounds[b].text),
				    &in_bucket, e) != 0)
			return -1;
		n += in_bucket;
		exposition_sample(out, name, "_bucket",
				  LABELS({"severity", severity_at(severity)},
					 {"le", span_cstr(count_bounds[b].text)}),
				  n);
	}
	if (s && count_read(s, family, severity, SPAN("sum"), &total, e) != 0)
		return -1;
	exposition_sample(out, name, "_sum", LABELS({"severity", severity_at(severity)}), total);
	exposition_sample(out, name, "_count", LABELS({"severity", severity_at(severity)}), n);
	return 0;
}

static int times(struct store *s, struct buf *out, struct err *e)
{
	static const struct {
		const char *family, *name, *help;
	} families[] = {
		{COUNT_RESOLUTION, "aiops_resolution_time_seconds", "From detection to the end."},
		{COUNT_DETECTION, "aiops_detection_latency_seconds",
		 "From the beginning of impact to detection."},
		{COUNT_ACKNOWLEDGE, "aiops_acknowledge_time_seconds",
		 "From detection, or from when it came again, until somebody was on it."},
	};

	for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
		exposition_family(out, families[i].name, "histogram", families[i].help);
		for (enum severity at = SEVERITY_UNKNOWN; at <= SEVERITY_CRITICAL; at++) {
			if (histogram(s, families[i].family, families[i].name, at, out, e) != 0)
				return -1;
		}
	}
	return 0;
}

int measure_exposition(struct store *s, struct buf *out, struct err *e)
{
	exposition_family(out, "aiops_incidents_detected_total", "counter",
			  "Incidents, by the severity and type that they were opened with.");
	if (s && count_each(s, COUNT_DETECTED, detected, out, e) != 0)
		return -1;
	if (open_now(s, out, e) != 0 || resolved(s, out, e) != 0 || totals(s, out, e) != 0)
		return -1;
	return times(s, out, e);
}
