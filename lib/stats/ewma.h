/*
 * Exponentially weighted mean and variance: S. W. Roberts, Technometrics 1
 * (1959); the variance by T. Finch, "Incremental calculation of weighted mean
 * and variance" (2009). The first 1/alpha values weigh the same, so that the
 * beginning is an ordinary mean.
 */
#ifndef AIOPS_STATS_EWMA_H
#define AIOPS_STATS_EWMA_H

/* All fields are doubles: a state file holds them as they stand. */
struct ewma {
	double n; /* values so far */
	double mean, variance;
};

#define EWMA_INIT ((struct ewma){0})

/* x finite; 0 < alpha <= 1: the weight of a new value once 1/alpha are there. */
void ewma_add(struct ewma *e, double x, double alpha);

/*
 * How many standard deviations x lies from the mean, the deviation taken for
 * at least floor (>= 0). Zero cases: 0 below two values; without any spread
 * and floor, 0 at the mean and EWMA_Z_MAX elsewhere. Never beyond it either way.
 */
#define EWMA_Z_MAX 1e6
double ewma_z(const struct ewma *e, double x, double floor);

#endif
