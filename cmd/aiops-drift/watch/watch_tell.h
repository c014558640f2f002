/*
 * The alerts of watch, in words and as records.
 */
#ifndef AIOPS_DRIFT_WATCH_TELL_H
#define AIOPS_DRIFT_WATCH_TELL_H

#include "aiops-drift/watch/watch_judge.h"
#include "aiops-drift/watch/watch_series.h"

/* What was found, for an alert. Numbers that do not apply are NaN. */
struct finding {
	double value, expected, score;
	double surprise; /* -log10 of the share of points as odd; 0: not told */
	double run;      /* points that a run or a shift has lasted; seconds of silence */
	const char *method;
	enum severity severity;
	double threshold;
	int condition; /* enum watch_condition, -1: none */
};

/* Appends the alert of alarm i to told's queue and counts it. */
void tell_firing(struct series *s, size_t i, int64_t ns, const struct finding *finding,
		 struct told *told);
void tell_resolved(struct series *s, size_t i, int64_t ns, struct told *told);

#endif
