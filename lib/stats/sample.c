/*
 * Samples in memory and their sort: least-significant-digit radix on the
 * order-preserving bit pattern of IEEE 754 doubles, six digits of eleven bits.
 */
#include "stats/sample.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define RADIX_BITS   11
#define RADIX_SIZE   (1u << RADIX_BITS)
#define RADIX_PASSES 6
#define RADIX_FROM   1024 /* below it, the histograms cost more than comparing */

void sample_add(struct sample *s, double x)
{
	assert(isfinite(x));
	mem_grow(s->values, s->cap, s->n + 1);
	s->values[s->n++] = x + 0.0; /* -0.0 + 0.0 is 0.0 */
	s->sorted = false;
}

void sample_sort(struct sample *s)
{
	if (!s->sorted)
		sort_doubles(s->values, s->n);
	s->sorted = true;
}

void sample_release(struct sample *s)
{
	if (!s)
		return;
	free(s->values);
	*s = SAMPLE_INIT;
}

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

/* Unsigned order of the keys is numeric order of the doubles. */
static void to_keys(double *x, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t u = load(x + i);

		store(x + i, u & SIGN ? ~u : u | SIGN);
	}
}

static void from_keys(const double *keys, double *x, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t u = load(keys + i);

		store(x + i, u & SIGN ? u & ~SIGN : ~u);
	}
}

static size_t digit(uint64_t key, int pass)
{
	return (size_t)(key >> (pass * RADIX_BITS)) & (RADIX_SIZE - 1);
}

/* One stable pass by the given digit; false if all keys share it. */
static bool radix_pass(const double *from, double *to, size_t n, int pass)
{
	size_t start[RADIX_SIZE] = {0}, at = 0;

	for (size_t i = 0; i < n; i++)
		start[digit(load(from + i), pass)]++;
	if (start[digit(load(from), pass)] == n)
		return false;
	for (size_t d = 0; d < RADIX_SIZE; d++) {
		size_t count = start[d];

		start[d] = at;
		at += count;
	}
	for (size_t i = 0; i < n; i++) {
		uint64_t u = load(from + i);

		store(to + start[digit(u, pass)]++, u);
	}
	return true;
}

static void radix_sort(double *x, size_t n)
{
	double *scratch = mem_array(NULL, n, sizeof *scratch), *from = x, *to = scratch;

	to_keys(x, n);
	for (int pass = 0; pass < RADIX_PASSES; pass++) {
		if (radix_pass(from, to, n, pass)) {
			double *t = from;

			from = to;
			to = t;
		}
	}
	from_keys(from, x, n);
	free(scratch);
}

static bool ascending(const double *x, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		if (x[i] < x[i - 1])
			return false;
	}
	return true;
}

void sort_doubles(double *x, size_t n)
{
	if (n < 2 || ascending(x, n))
		return;
	if (n < RADIX_FROM)
		qsort(x, n, sizeof *x, compare_doubles);
	else
		radix_sort(x, n);
}
