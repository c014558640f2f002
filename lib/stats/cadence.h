/*
 * How often a source speaks, and from when on its silence is odd: gaps are
 * learned as an exponentially weighted mean and variance. A regular source is
 * missed after a few intervals; for an irregular one the exponential law of
 * gaps (a Poisson process) sets the bound, in proportion to its spread.
 */
#ifndef AIOPS_STATS_CADENCE_H
#define AIOPS_STATS_CADENCE_H

#include "stats/ewma.h"

/* Doubles only. */
struct cadence {
	struct ewma gap; /* seconds */
};

#define CADENCE_INIT ((struct cadence){0})
/* Gaps before there is an answer. */
#define CADENCE_WARMUP 5

/* gap_s > 0. A gap that was missed (longer than the limit) should not be added. */
void cadence_add(struct cadence *c, double gap_s);

/* Points a day; 0 while unknown. */
double cadence_per_day(const struct cadence *c);

/* Seconds of silence that are too long: `factor` mean gaps, or more for an irregular
 * source. INFINITY while unknown. */
double cadence_limit_s(const struct cadence *c, double factor);

#endif
