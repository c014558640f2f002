/*
 * Sums of doubles and of their squares without any rounding, as integers in
 * fixed point, so that they come out the same in every order and can be merged
 * by addition. R. M. Neal, "Fast exact summation using small and large
 * superaccumulators" (2015).
 */
#ifndef AIOPS_STATS_EXACT_SUM_H
#define AIOPS_STATS_EXACT_SUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "stats/moments.h"

/* Digits of 32 bits that hold the square of the largest double in units of the
 * smallest one's, and 2^62 of them. */
#define EXACT_DIGITS 136

struct exact_sum {
	int64_t digits[EXACT_DIGITS]; /* lowest first; not normal between calls */
	uint32_t pending;             /* additions since they were */
};

/* What the two moments of a stream are made of; a zeroed one is empty. */
struct exact_moments {
	uint64_t n;
	double min, max; /* meaningful when n > 0 */
	struct exact_sum sum, squares;
};

/* x must be finite. O(1). */
void exact_moments_add(struct exact_moments *m, double x);

/* As if everything added to b had been added to a, exactly. */
void exact_moments_merge(struct exact_moments *a, const struct exact_moments *b);

/* Rounded once: the mean and the sum of squared deviations are correct to the last digit or the
 * one before. */
struct moments exact_moments_round(const struct exact_moments *m);

/* Could these be the sums of n values from min to max? A test for what comes from outside: of
 * true sums it never fails, and rounding one that passes is safe. */
bool exact_moments_fit(const struct exact_moments *m);

/* Hexadecimal, sign first, times a power of two: "-1f8p-1074"; "0". One sum has one text. */
void exact_sum_write(struct exact_sum *s, int unit, struct buf *out);
/* The inverse; -1 (EX_BADDATA) if it is not such a text. */
NODISCARD int exact_sum_read(struct span text, int unit, struct exact_sum *out, struct err *e);

/* The powers of two that the last digits of the sum and of the squares count. */
#define EXACT_SUM_UNIT     (-1074)
#define EXACT_SQUARES_UNIT (-2148)

#endif
