/* Benjamini-Hochberg: see bh.h. */
#include "stats/bh.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

struct ranked {
	double p;
	size_t at;
};

static int by_p(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->p != y->p)
		return x->p < y->p ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

void bh_adjust(const double *p, size_t n, double *q)
{
	struct ranked *order = mem_array(NULL, n, sizeof *order);
	double least = 1;

	for (size_t i = 0; i < n; i++)
		order[i] = (struct ranked){p[i], i};
	qsort(order, n, sizeof *order, by_p);
	for (size_t k = n; k-- > 0;) {
		least = fmin(least, order[k].p * (double)n / (double)(k + 1));
		q[order[k].at] = least;
	}
	free(order);
}
