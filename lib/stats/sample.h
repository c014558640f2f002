/*
 * A sample held in memory: its finite values and how many were missing. The
 * tests of this folder take sorted arrays, not this struct. For more values than
 * memory holds there is stats/sketch.h.
 */
#ifndef AIOPS_STATS_SAMPLE_H
#define AIOPS_STATS_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sample {
	double *values; /* owned */
	size_t n, cap;
	uint64_t missing; /* observations without a number */
	bool sorted;
};

#define SAMPLE_INIT ((struct sample){0})

/* x must be finite; -0.0 is stored as 0.0. Amortised O(1). */
void sample_add(struct sample *s, double x);

/* Ascending order: see sort_doubles. */
void sample_sort(struct sample *s);

void sample_release(struct sample *s);

#endif
