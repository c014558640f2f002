/*
 * Tests from summaries: did the mean, the variance or the range change, when of
 * each side only count, mean, variance, kurtosis and extremes are known?
 */
#ifndef AIOPS_STATS_SPREAD_H
#define AIOPS_STATS_SPREAD_H

#include <stddef.h>
#include <stdint.h>

/* What is known of a side. */
struct summary {
	uint64_t n;
	double mean;
	double variance; /* sample variance, n - 1 */
	double kurtosis; /* fourth central moment over the squared second; 3 for a normal law */
	double min, max;
};

/* Kurtosis of n values with this mean. Zero case: 3 without spread. */
double kurtosis(const double *x, size_t n, double mean);

/*
 * The difference of the means in standard errors, current minus reference. Zero cases: 0
 * where both are constant and equal, infinite where constant and different.
 */
double mean_change_z(const struct summary *ref, const struct summary *cur);

/*
 * P of a difference so far from 0 either way: Student's t with the degrees of freedom of
 * B. L. Welch (1947), Biometrika 34:28. Zero cases: 1 and 0 where z is 0 and infinite.
 */
double mean_change_p(const struct summary *ref, const struct summary *cur);

/*
 * The change of ln variance in standard errors, current minus reference, by the
 * pooled kurtosis: M. W. J. Layard (1973), JASA 68:195; D. G. Bonett (2006).
 * Holds for laws of any shape with finite kurtosis. Zero cases: 0 where neither
 * has spread, infinite where only one has, NAN below two values.
 */
double variance_change_z(const struct summary *ref, const struct summary *cur);

/*
 * P(at least `outside` of m new values fall outside the range of n old ones)
 * when all are one continuous distribution: beta-binomial with 2 and n - 1, since the
 * two extremes cut off a share of the law that is Beta(2, n - 1) (S. S. Wilks, 1941).
 * Conservative with ties. The tail itself is summed, so that small p are exact too. Zero
 * cases: outside 0 or n < 2 gives 1. O(m).
 */
double range_change_p(uint64_t n, uint64_t m, uint64_t outside);

#endif
