/*
 * A(t, i): the probability that a uniformly random lattice path from the origin
 * to (i, j = t - i) has met |i m - j n| >= h at the end of a tie run. Only the
 * band of cells with A < 1 is kept; everything beside it is 1.
 *
 *	one step:   A(t, i) = (i A(t-1, i-1) + j A(t-1, i)) / t
 *	L steps:    A(t, i) = sum_k H(k) A(t-L, i-k), H hypergeometric (i, j, L draws)
 *
 * The second form crosses a long tie run at a cost of the band's width squared,
 * whatever L is; the cheaper of both is taken for each run.
 */
#include "stats/ks_exact.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stats/special.h"

struct tie_runs tie_runs(const double *a, size_t n, const double *b, size_t m)
{
	return (struct tie_runs){.a = a, .b = b, .n = n, .m = m};
}

struct band {
	int64_t n, m, h;
	int64_t t;          /* the antidiagonal */
	int64_t lo, hi;     /* cells i with A < 1; hi < lo: none */
	double *now, *next; /* now[i - base] = A(t, i) */
	int64_t base;       /* of both arrays */
};

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t max64(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t min64(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* The cells of antidiagonal t inside |i m - j n| < h, that is |i (n+m) - t n| < h. */
static void limits(const struct band *b, int64_t t, int64_t *lo, int64_t *hi)
{
	int64_t all = b->n + b->m;

	*lo = max64(max64(0, t - b->m), floor_div(t * b->n - b->h, all) + 1);
	*hi = min64(min64(b->n, t), floor_div(t * b->n + b->h - 1, all));
}

#define KERNEL_SETUP 100 /* steps' worth of logarithms for one cell */

static int64_t cost_by_steps(int64_t width, int64_t length, int64_t side)
{
	return length * min64(width + length / 2 + 1, side + 1);
}

static int64_t cost_by_kernel(int64_t width, int64_t new_width)
{
	return new_width * (width + KERNEL_SETUP);
}

/* Walks the runs without computing: the steps needed (at most a little over
 * budget) and the widest that the band gets. */
static int64_t work(const struct ks *s, struct tie_runs runs, int64_t budget, int64_t *widest)
{
	struct band b = {.n = s->n, .m = s->m, .h = s->h};
	int64_t steps = 0, t = 0, width = 1, length;

	*widest = 1;
	while (steps <= budget && (length = tie_runs_next(&runs)) > 0) {
		int64_t lo, hi, by_steps = cost_by_steps(width, length, b.n), by_kernel;

		t += length;
		limits(&b, t, &lo, &hi);
		by_kernel = cost_by_kernel(width, max64(0, hi - lo + 1));
		if (by_steps <= by_kernel)
			*widest = max64(*widest, min64(b.n + 1, width + length));
		width = max64(0, hi - lo + 1);
		*widest = max64(*widest, width);
		steps += min64(by_steps, by_kernel) + 1;
	}
	return steps;
}

static double at(const struct band *b, int64_t i)
{
	return i < b->lo || i > b->hi ? 1 : b->now[i - b->base];
}

static void swap(struct band *b, int64_t lo, int64_t hi)
{
	double *d = b->now;

	b->now = b->next;
	b->next = d;
	b->base = lo;
	b->lo = lo;
	b->hi = hi;
}

/* One step inside a run: nothing is absorbed, so the band grows by a cell where the lattice allows.
 */
static void step(struct band *b)
{
	int64_t t = b->t + 1, lo = max64(b->lo, t - b->m), hi = min64(b->hi + 1, b->n);
	double per = 1 / (double)t, *restrict next = b->next;
	const double *restrict now = b->now;

	for (int64_t i = lo; i <= hi; i++) {
		double left = i - 1 < b->lo ? 1 : now[i - 1 - b->base];
		double below = i > b->hi ? 1 : now[i - b->base];

		next[i - lo] = ((double)i * left + (double)(t - i) * below) * per;
	}
	b->t = t;
	swap(b, lo, hi);
}

/* The hypergeometric weights upwards (or downwards) from k0 with weight w0:
 * sum of weight times A. Outside the band A is 1 and a negligible tail is cut. */
static double weigh(const struct band *b, int64_t i, int64_t j, int64_t length, int64_t k0,
		    double w0, int up)
{
	int64_t end = up ? min64(length, i) : max64(0, length - j);
	double w = w0, sum = up ? w0 * at(b, i - k0) : 0;

	for (int64_t k = k0; k != end;) {
		double ratio;

		if (up) {
			ratio = (double)(i - k) * (double)(length - k) /
				((double)(k + 1) * (double)(j - length + k + 1));
			k++;
		} else {
			ratio = (double)k * (double)(j - length + k) /
				((double)(i - k + 1) * (double)(length - k + 1));
			k--;
		}
		w *= ratio;
		sum += w * at(b, i - k);
		if (ratio < 1 && w <= 1e-19 * sum && (up ? i - k < b->lo : i - k > b->hi))
			break;
		if (w == 0)
			break;
	}
	return sum;
}

static double kernel_cell(const struct band *b, int64_t i, int64_t j, int64_t length)
{
	double all = (double)(i + j);
	int64_t mode = (int64_t)(((double)i + 1) * ((double)length + 1) / (all + 2));
	int64_t k0 = min64(min64(length, i), max64(max64(0, length - j), mode));
	double w0 = exp(hypergeometric_ln((double)k0, (double)i, (double)j, (double)length));

	return weigh(b, i, j, length, k0, w0, 1) + weigh(b, i, j, length, k0, w0, 0);
}

/* The whole run of `length` at once, to the cells lo..hi behind it. */
static void leap(struct band *b, int64_t length, int64_t lo, int64_t hi)
{
	int64_t t = b->t + length;

	for (int64_t i = lo; i <= hi; i++)
		b->next[i - lo] = fmin(1, kernel_cell(b, i, t - i, length));
	b->t = t;
	swap(b, lo, hi);
}

static void cross_run(struct band *b, int64_t length)
{
	int64_t lo, hi, width = b->hi - b->lo + 1;

	limits(b, b->t + length, &lo, &hi);
	if (cost_by_steps(width, length, b->n) > cost_by_kernel(width, max64(0, hi - lo + 1))) {
		leap(b, length, lo, hi);
		return;
	}
	for (int64_t k = 0; k < length; k++)
		step(b);
	b->lo = max64(b->lo, lo); /* the end of the run absorbs what is outside */
	b->hi = min64(b->hi, hi);
}

/* The band from the origin to (n, m); 1 when every path is absorbed on the way. */
static double walk(struct band *b, struct tie_runs runs)
{
	int64_t length;

	b->now[0] = 0;
	while (b->hi >= b->lo && (length = tie_runs_next(&runs)) > 0)
		cross_run(b, length);
	return b->hi < b->lo ? 1 : at(b, b->n);
}

int ks_exact_conditional(const struct ks *s, const double *ref, const double *cur, int64_t budget,
			 double *p)
{
	struct tie_runs runs = tie_runs(ref, (size_t)s->n, cur, (size_t)s->m);
	struct band b = {.n = s->n, .m = s->m, .h = s->h};
	int64_t widest;
	double result;

	if (s->n + s->m > budget || work(s, runs, budget, &widest) > budget)
		return -1;
	b.now = mem_array(NULL, (size_t)widest + 2, sizeof *b.now);
	b.next = mem_array(NULL, (size_t)widest + 2, sizeof *b.next);
	result = walk(&b, runs);
	free(b.now);
	free(b.next);
	if (result < 1e-290)
		return -1;
	*p = fmin(1, result);
	return 0;
}
