/*
 * What compare says of a feature, as records: one of kind drift, or an alert.
 */
#ifndef AIOPS_DRIFT_REPORT_H
#define AIOPS_DRIFT_REPORT_H

#include "aiops-drift/compare/analysis.h"
#include "aiops-drift/compare/feature.h"
#include "aiops-drift/compare/firing.h"
#include "aiops-drift/compare/verdict.h"
#include "base/buf.h"
#include "base/instant.h"
#include "record/event.h"
#include "record/jsonw.h"

#define TOOL_NAME  "aiops-drift"
#define ALERT_NAME "DataDrift"
#define WHY_MAX    4096 /* bytes of the sentence that says why */

/* One feature's result; all borrowed. */
struct result {
	const struct feature *feature;
	const struct analysis *analysis;
	const struct verdict *verdict;
};

struct report {
	enum rule rule;
	enum adjustment fdr;
	double alpha;
	int64_t now_ns; /* the timestamp of last resort */
};

/* The newest event time of the current window, else of the reference, else now. */
struct instant result_time(const struct report *rep, const struct result *r);

/* Appends the record without a newline. Numbers that have no finite value are null. */
void report_drift(const struct report *rep, const struct result *r, struct buf *out);

/* An alert with labels alertname, feature, service, and the same `drift` object: firing, or
 * resolved under the labels and the start of fired. */
void report_alert(const struct report *rep, const struct result *r, const struct fired *fired,
		  bool resolved, struct buf *out);

/* ---- parts, shared with the monitor ---- */

/* v, kind, id, timestamp, source, source_id; `since` is what the id is made of. */
void report_head(struct jsonw *w, const char *kind, const char *status, struct instant since,
		 struct instant timestamp, struct span feature);
/* What all records of the feature agree on. */
void report_shared(struct jsonw *w, const struct feature *f);
/* "key":{"from":...,"to":...}, if times are known. */
void report_window(struct jsonw *w, const char *key, const struct window *window);

#endif
