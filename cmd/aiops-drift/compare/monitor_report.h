/*
 * What the monitor says of a feature: a record of kind drift, an alert, or a row of a table.
 */
#ifndef AIOPS_DRIFT_MONITOR_REPORT_H
#define AIOPS_DRIFT_MONITOR_REPORT_H

#include "aiops-drift/compare/baseline.h"
#include "aiops-drift/compare/firing.h"
#include "aiops-drift/compare/health.h"
#include "aiops-drift/compare/quality.h"

struct checked {
	const struct feature *feature;
	struct base ref, cur; /* ref.s.n is 0 without a baseline */
	struct health health;
	bool labelled;            /* the feature needs labels: coverage counts */
	struct coverage coverage; /* of its model */
};

/* The newest event time of the current window, else of the reference, else now. */
struct instant monitor_time(const struct checked *k, int64_t now_ns);

/* The model that a feature of prediction records is of: its label, or SPAN_NONE. */
struct span feature_model(const struct feature *f);

/* baseline: NULL if the reference was a file. now_ns: where no record has a time. */
void monitor_record(const struct checked *k, const struct baseline *baseline, int64_t now_ns,
		    struct buf *out);
/* Firing, or resolved under the labels and the start of fired. */
void monitor_alert(const struct checked *k, const struct fired *fired, bool resolved,
		   int64_t now_ns, struct buf *out);

/* A table's heading and a row of it, names cut at so many columns (0: not cut). */
struct span monitor_heading(size_t columns);
void monitor_row(const struct checked *k, size_t columns, struct buf *out);

/* One baseline of a list, with its LF. */
void monitor_listing(const struct baseline *b, int64_t age_ms, bool stale, bool for_people,
		     struct buf *out);

#endif
