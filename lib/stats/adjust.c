/* Adjusted p-values: see adjust.h. */
#include "stats/adjust.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct ranked {
	double p;
	size_t at;
};

const char *adjustment_name(enum adjustment how)
{
	static const char *const names[] = {"bh", "by", "holm", "none"};

	return names[how];
}

static int by_p(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->p != y->p)
		return x->p < y->p ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

/* From the largest p down: q is the least of p n factor / rank so far. */
static void step_up(const struct ranked *order, size_t n, double factor, double *q)
{
	double least = 1;

	for (size_t k = n; k-- > 0;) {
		least = fmin(least, order[k].p * (double)n * factor / (double)(k + 1));
		q[order[k].at] = least;
	}
}

/* From the smallest p up: q is the most of p times the tests that are left so far. */
static void step_down(const struct ranked *order, size_t n, double *q)
{
	double most = 0;

	for (size_t k = 0; k < n; k++) {
		most = fmax(most, fmin(1, order[k].p * (double)(n - k)));
		q[order[k].at] = most;
	}
}

static double harmonic(size_t n)
{
	double sum = 0;

	for (size_t i = n; i > 0; i--)
		sum += 1 / (double)i;
	return sum;
}

void p_adjust(enum adjustment how, const double *p, size_t n, double *q)
{
	struct ranked *order;

	if (n == 0)
		return;
	order = mem_array(NULL, n, sizeof *order);
	for (size_t i = 0; i < n; i++)
		order[i] = (struct ranked){p[i], i};
	qsort(order, n, sizeof *order, by_p);
	if (how == ADJUST_NONE)
		memcpy(q, p, n * sizeof *q);
	else if (how == ADJUST_HOLM)
		step_down(order, n, q);
	else
		step_up(order, n, how == ADJUST_BY ? harmonic(n) : 1, q);
	free(order);
}
