/*
 * How far a series moved when an incident began: quantiles of its normal time
 * beside those of the time of the incident, in units of its usual spread.
 *
 *   scale = max(P95 - P5 of the normal time, FLOOR * |its median|)
 *   score = (quantile of the incident's time - normal median) / scale
 *
 * No maxima of single samples, and a floor relative to the median instead of an
 * absolute one, so that the unit does not matter: on the RCD sock-shop cases this
 * scorer finds all services where BARO as shipped finds a third (BARO: L. Pham and others,
 * FSE 2024, with its IQR of 0 replaced by 1). A median and quantiles keep when the
 * trigger comes late; mean and sigma do not.
 */
#ifndef AIOPS_TRIAGE_SHIFT_H
#define AIOPS_TRIAGE_SHIFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-triage/evidence/kinds.h"

struct sample {
	int64_t at_ns;
	double value;
};

/* When an incident was, as its record says. */
struct period {
	int64_t onset_ns, last_ns;
};

/* Which samples are of which time; all times in nanoseconds. */
struct spans_of_time {
	int64_t normal_until, abnormal_from, abnormal_until;
	int64_t cadence_ns; /* median distance of the samples */
};

struct shift {
	double score;            /* in usual spreads; above 0: for the worse, 0 if it is not */
	double normal, abnormal; /* median before; the value that it is judged by */
	double scale;
	bool rose;
	size_t n_normal, n_abnormal;
	size_t at; /* the sample of the incident's time that is nearest to `abnormal` */
};

/*
 * The times by which samples of this cadence are judged. The incident's time begins one cadence
 * before the onset (a sample often tells of the time behind it) and ends a few cadences after
 * it; the normal time ends some minutes before, since alerts come late, unless too little
 * were left.
 */
struct spans_of_time shift_times(const struct sample *s, size_t n, const struct period *p);

/*
 * Measures s[0..n) of a metric for which `harm` is bad. floor: the least that counts as a usual
 * spread, in the metric's unit; 0: a fiftieth of the normal median. False if there are fewer
 * than SHIFT_MIN_NORMAL normal samples or none of the incident. O(n log n).
 */
#define SHIFT_MIN_NORMAL 4
bool shift_measure(const struct sample *s, size_t n, const struct period *p, enum metric_harm harm,
		   double floor, struct shift *out);

/* The floor for a metric that is the share that went well, of 1 or of 100. */
double shift_share_floor(const struct sample *s, size_t n);

/* Turns values of a counter into rates in place, resets left out; returns how many are left. */
size_t shift_rates(struct sample *s, size_t n);

#endif
