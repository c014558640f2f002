/*
 * Count, mean, spread and range of a stream of numbers in one pass, mergeable:
 * B. P. Welford (1962); merged by Chan, Golub & LeVeque (1979).
 */
#ifndef AIOPS_STATS_MOMENTS_H
#define AIOPS_STATS_MOMENTS_H

#include <stddef.h>
#include <stdint.h>

struct moments {
	uint64_t n;
	double mean;     /* in the values' unit; 0 when empty */
	double m2;       /* sum of squared deviations from the mean */
	double min, max; /* meaningful when n > 0 */
};

#define MOMENTS_INIT ((struct moments){0})

/* x must be finite. Extreme values may overflow mean or m2 to infinity or NaN:
 * ask isfinite() before printing. */
void moments_add(struct moments *m, double x);

/* As if everything added to b had been added to a. */
void moments_merge(struct moments *a, const struct moments *b);

/* Of n values at once: in two passes, exact but for the last digits wherever they lie (T. F. Chan,
 * G. H. Golub, R. J. LeVeque, 1983, The American Statistician 37:242). */
struct moments moments_of(const double *x, size_t n);

/* The sample variance m2 / (n - 1), and the root of the population variance m2 / n. Zero cases: 0
 * below two values. */
double moments_sample_variance(const struct moments *m);
double moments_std(const struct moments *m);

/*
 * Hedges' g: (mean b - mean a) / pooled sample deviation, with the small-sample
 * factor 1 - 3/(4(n+m) - 9). L. V. Hedges (1981). Zero cases: NAN with fewer
 * than two values on a side or no spread on either.
 */
double moments_hedges_g(const struct moments *a, const struct moments *b);

#endif
