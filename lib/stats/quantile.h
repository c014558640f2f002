/*
 * Quantiles of a sorted array.
 */
#ifndef AIOPS_STATS_QUANTILE_H
#define AIOPS_STATS_QUANTILE_H

#include <stddef.h>

/*
 * The q-quantile (0 <= q <= 1) of ascending x[0..n), linear between order
 * statistics: type 7 of Hyndman & Fan (1996), numpy's and R's default.
 * Zero case: NAN when n is 0.
 */
double quantile_sorted(const double *x, size_t n, double q);

/* How many of ascending x[0..n) are below v, and how many at or below it. O(log n). */
size_t count_below(const double *x, size_t n, double v);
size_t count_up_to(const double *x, size_t n, double v);

#endif
