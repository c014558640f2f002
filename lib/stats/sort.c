/*
 * Sorting doubles: least-significant-digit radix on their order-preserving bit
 * pattern, digits of eleven bits. Three digits below the highest bit in which any
 * two differ nearly always order them all but for close neighbours, which insertion
 * puts right; where that does not pay, the digits below follow.
 */
#include "stats/sort.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define RADIX_BITS 11
#define RADIX_SIZE (1u << RADIX_BITS)
#define DIGITS     3                     /* sorted by at a time */
#define WINDOW     (DIGITS * RADIX_BITS) /* bits */
#define RADIX_FROM 1024                  /* below it, the histograms cost more than comparing */
#define MOVES_EACH 8                     /* of insertion, on average, before it is given up */
/* From here on two halves are sorted one after the other, and merged: half the scratch. */
#define HALVES_FROM ((size_t)1 << 20)

static int compare_doubles(const void *a, const void *b)
{
	double x, y;

	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return (x > y) - (x < y);
}

/* The order-preserving keys are kept in the memory of the doubles themselves
 * (as bytes, never read as doubles), so that sorting needs one scratch array. */
static uint64_t load(const double *at)
{
	uint64_t u;

	memcpy(&u, at, sizeof u);
	return u;
}

static void store(double *at, uint64_t u)
{
	memcpy(at, &u, sizeof u);
}

#define SIGN (UINT64_C(1) << 63)

/* Unsigned order of the keys is numeric order of the doubles. Returns the bits in which any key
 * differs from the first. */
static uint64_t to_keys(double *x, size_t n)
{
	uint64_t first = load(x), differ = 0;

	first = first & SIGN ? ~first : first | SIGN;
	for (size_t i = 0; i < n; i++) {
		uint64_t u = load(x + i);

		u ^= (0 - (u >> 63)) | SIGN;
		differ |= u ^ first;
		store(x + i, u);
	}
	return differ;
}

static void from_keys(const double *keys, double *x, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t u = load(keys + i);

		store(x + i, u ^ (((u >> 63) - 1) | SIGN));
	}
}

struct radix {
	double *keys, *other; /* n of each, by turns */
	size_t n;
	uint32_t start[DIGITS][RADIX_SIZE];
};

static size_t digit(uint64_t key, int shift)
{
	return (size_t)(key >> shift) & (RADIX_SIZE - 1);
}

static void count_digits(struct radix *r, int shift)
{
	memset(r->start, 0, sizeof r->start);
	for (size_t i = 0; i < r->n; i++) {
		uint64_t u = load(r->keys + i) >> shift;

		r->start[0][digit(u, 0)]++;
		r->start[1][digit(u, RADIX_BITS)]++;
		r->start[2][digit(u, 2 * RADIX_BITS)]++;
	}
}

/* One stable pass by one digit, unless all keys share it. */
static void scatter(struct radix *r, int shift, uint32_t *start)
{
	double *to = r->other;
	uint32_t at = 0;

	if (start[digit(load(r->keys), shift)] == r->n)
		return;
	for (size_t d = 0; d < RADIX_SIZE; d++) {
		uint32_t count = start[d];

		start[d] = at;
		at += count;
	}
	for (size_t i = 0; i < r->n; i++) {
		uint64_t u = load(r->keys + i);

		store(to + start[digit(u, shift)]++, u);
	}
	r->other = r->keys;
	r->keys = to;
}

static void sort_by_window(struct radix *r, int shift)
{
	count_digits(r, shift);
	for (int d = 0; d < DIGITS; d++)
		scatter(r, shift + d * RADIX_BITS, r->start[d]);
}

/* False, with the keys in some order, when that takes too many moves. */
static bool insertion(double *keys, size_t n)
{
	size_t moves = 0;

	for (size_t i = 1; i < n; i++) {
		uint64_t u = load(keys + i);
		size_t at = i;

		for (; at > 0 && load(keys + at - 1) > u; at--)
			store(keys + at, load(keys + at - 1));
		store(keys + at, u);
		moves += i - at;
		if (moves > MOVES_EACH * n)
			return false;
	}
	return true;
}

static void radix_sort(double *x, size_t n, double *scratch)
{
	struct radix *r = mem_alloc(sizeof *r);
	uint64_t differ = to_keys(x, n);
	int high = differ ? 63 - __builtin_clzll(differ) : 0,
	    shift = high >= WINDOW ? high - WINDOW + 1 : 0;

	assert(n <= UINT32_MAX);
	r->keys = x;
	r->other = scratch;
	r->n = n;
	sort_by_window(r, shift);
	if (shift > 0 && !insertion(r->keys, n)) {
		sort_by_window(r, 0);
		sort_by_window(r, shift); /* shift < WINDOW: nothing is left between */
	}
	from_keys(r->keys, x, n);
	free(r);
}

static bool ascending(const double *x, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		if (x[i] < x[i - 1])
			return false;
	}
	return true;
}

/* Merges x[0..half), which is copied to scratch, and x[half..n) in place. */
static void merge_halves(double *x, size_t half, size_t n, double *scratch)
{
	size_t i = 0, j = half, to = 0;

	memcpy(scratch, x, half * sizeof *x);
	while (i < half && j < n) {
		bool left = scratch[i] <= x[j];

		x[to++] = left ? scratch[i] : x[j];
		i += left;
		j += !left;
	}
	memcpy(x + to, scratch + i, (half - i) * sizeof *x);
}

void sort_doubles(double *x, size_t n)
{
	size_t half = n >= HALVES_FROM ? n / 2 : n;
	double *scratch;

	if (n < 2 || ascending(x, n))
		return;
	if (n < RADIX_FROM) {
		qsort(x, n, sizeof *x, compare_doubles);
		return;
	}
	scratch = mem_array(NULL, n - half > half ? n - half : half, sizeof *scratch);
	radix_sort(x, half, scratch);
	if (half < n) {
		radix_sort(x + half, n - half, scratch);
		merge_halves(x, half, n, scratch);
	}
	free(scratch);
}
