/*
 * The Wasserstein-1 (earth mover's) distance.
 */
#ifndef AIOPS_STATS_WASSERSTEIN_H
#define AIOPS_STATS_WASSERSTEIN_H

#include <stddef.h>

/*
 * W1 = integral |F - G| dx of two ascending arrays, in the values' unit. One
 * far value moves it at will: read it beside the rank statistics, not alone.
 * Infinity where it overflows a double. Zero case: an empty side gives NAN. O(n + m).
 */
double wasserstein1(const double *ref, size_t n, const double *cur, size_t m);

#endif
