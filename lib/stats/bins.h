/*
 * Bins over the numbers, laid by a reference sample, and counts in them. PSI
 * and Jensen-Shannon work on such counts, wherever they came from.
 */
#ifndef AIOPS_STATS_BINS_H
#define AIOPS_STATS_BINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BINS_MAX 128 /* the most that a layout can hold */

/* A border between two bins: values below `at` lie left of it; `at` itself
 * right of it, or left if `after`. */
struct bin_cut {
	double at;
	bool after;
};

/* cuts + 1 bins, the outer two open to infinity. */
struct bins {
	struct bin_cut cuts[BINS_MAX];
	size_t n_cuts;
};

/*
 * Quantile bins: cuts at the 1/parts, 2/parts ... quantiles of ascending
 * ref[0..n). Equal quantiles are merged, and a value that several of them fall
 * on gets a bin of its own, so a constant reference has three: below, the
 * value, above. 2 <= parts <= BINS_MAX / 2. Zero case: n = 0 gives one bin.
 */
struct bins bins_by_quantiles(const double *ref, size_t n, size_t parts);

static inline size_t bins_count(const struct bins *b)
{
	return b->n_cuts + 1;
}

/* counts[0..bins_count) of ascending x[0..n). O(bins log n). */
void bins_fill(const struct bins *b, const double *x, size_t n, uint64_t *counts);

/*
 * Counts of ascending x[0..n) in `parts` bins of equal width over [lo, hi], hi
 * included in the last: numpy's histogram. lo = hi puts all in the first bin. O(n).
 */
void bins_fill_equal_width(double lo, double hi, size_t parts, const double *x, size_t n,
			   uint64_t *counts);

#endif
