/*
 * Many tests at once.
 */
#ifndef AIOPS_STATS_BH_H
#define AIOPS_STATS_BH_H

#include <stddef.h>

/*
 * Benjamini & Hochberg (1995): q[i] = min over p[j] >= p[i] of min(1, p[j] n / rank(j)).
 * Rejecting where q <= alpha keeps the expected share of false findings at alpha.
 * p in [0, 1], in any order; q may not overlap p. O(n log n).
 */
void bh_adjust(const double *p, size_t n, double *q);

#endif
