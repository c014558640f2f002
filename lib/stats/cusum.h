/*
 * A lasting change of level: cumulative sums of standardised deviations,
 * E. S. Page, "Continuous inspection schemes", Biometrika 41 (1954), both ways.
 */
#ifndef AIOPS_STATS_CUSUM_H
#define AIOPS_STATS_CUSUM_H

#include <stdbool.h>

#include "stats/ewma.h"

/* Doubles only. */
struct cusum {
	double up, down;     /* the two sums, >= 0 */
	double up_n, down_n; /* steps since each was last 0: how long ago the change began */
};

#define CUSUM_INIT ((struct cusum){0})

/* z: a deviation with mean 0 and variance 1 while nothing changed; k: the
 * allowance, half of the change that is to be found, in deviations. Returns the
 * greater sum. O(1). */
double cusum_add(struct cusum *c, double z, double k);

/*
 * The sum at which to stop, so that independent normal z run for `steps` steps
 * on average before a false alarm (both sides together): D. Siegmund's
 * approximation (1985), solved by bisection. Relative error of the run length
 * a few percent. steps at least 10.
 */
double cusum_limit(double steps, double k);

/* ---- on a series: means of batches against a learned level ---- */

#define SHIFT_BATCH 12 /* points in a mean: their own momentum mostly cancels */

/* Doubles only. */
struct shift {
	double n, sum;    /* the batch that is being filled */
	struct ewma base; /* of batch means: the level and their spread */
	double last;      /* standardised mean of the batch before */
	double momentum;  /* lag-1 autocorrelation of the batch means */
	struct cusum sums;
};

#define SHIFT_INIT ((struct shift){0})

struct shift_verdict {
	bool found;        /* just now */
	double from, to;   /* the level before and after */
	double points_ago; /* when it began, about */
	double sum, limit; /* limit: of a change that was found */
};

/*
 * x finite: what is left of a point when its season is taken off, or the point
 * itself. steps: batches between false alarms; floor: the least spread of a
 * batch mean. What momentum the means have left widens their spread by
 * (1 + r) / (1 - r), as that of a sum of them. A change that was found is learned at once: it is
 * told once.
 */
struct shift_verdict shift_add(struct shift *s, double x, double floor, double steps);

#endif
