/* Bins and counts: see bins.h. */
#include "stats/bins.h"

#include <assert.h>

#include "stats/quantile.h"

static void cut(struct bins *b, double at, bool after)
{
	b->cuts[b->n_cuts++] = (struct bin_cut){at, after};
}

struct bins bins_by_quantiles(const double *ref, size_t n, size_t parts)
{
	struct bins b = {.n_cuts = 0};

	assert(parts >= 2 && parts <= BINS_MAX / 2);
	for (size_t k = 1; n > 0 && k < parts; k++) {
		double q = quantile_sorted(ref, n, (double)k / (double)parts);
		const struct bin_cut *last = b.n_cuts ? &b.cuts[b.n_cuts - 1] : NULL;

		if (!last || q > last->at)
			cut(&b, q, false);
		else if (!last->after)
			cut(&b, q, true); /* the second quantile on this value closes its own bin */
	}
	return b;
}

void bins_fill(const struct bins *b, const double *x, size_t n, uint64_t *counts)
{
	size_t before = 0;

	for (size_t k = 0; k < b->n_cuts; k++) {
		const struct bin_cut *c = &b->cuts[k];
		size_t upto = c->after ? count_up_to(x, n, c->at) : count_below(x, n, c->at);

		counts[k] = upto - before;
		before = upto;
	}
	counts[b->n_cuts] = n - before;
}

void bins_fill_equal_width(double lo, double hi, size_t parts, const double *x, size_t n,
			   uint64_t *counts)
{
	/* halves, because hi - lo may pass the largest double */
	double width = hi / 2 - lo / 2;

	for (size_t k = 0; k < parts; k++)
		counts[k] = 0;
	for (size_t i = 0; i < n; i++) {
		double part = width > 0 ? (x[i] / 2 - lo / 2) / width : 0;
		size_t k = part > 0 ? (size_t)(part * (double)parts) : 0;

		counts[k < parts ? k : parts - 1]++;
	}
}
