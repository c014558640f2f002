#include "stats/survival.h"

#include <math.h>
#include <stdlib.h>

/* Ended ones first among equals: what was still going on at that moment was at risk then. */
static int compare(const void *a, const void *b)
{
	const struct lifetime *x = a, *y = b;

	if (x->length != y->length)
		return x->length < y->length ? -1 : 1;
	return (int)y->ended - (int)x->ended;
}

void survival_sort(struct lifetime *l, size_t n)
{
	if (n)
		qsort(l, n, sizeof *l, compare);
}

struct curve {
	double survival;  /* S(t) */
	double greenwood; /* sum of d / (n (n - d)) */
};

/* S to the power exp(+-z se) with se on the log(-log) scale; NAN where S is 0 or 1: there it has no
 * width, though the lower one cannot be above 0. */
static double limit(const struct curve *c, double z)
{
	double minus_ln = -log(c->survival);

	if (!(c->survival > 0 && c->survival < 1))
		return NAN;
	return exp(-minus_ln * exp(z * sqrt(c->greenwood) / minus_ln));
}

struct survival_quantile survival_quantile(const struct lifetime *l, size_t n, double q)
{
	static const double z95 = 1.959963984540054;
	struct survival_quantile out = {NAN, NAN, NAN};
	struct curve c = {1, 0};
	size_t i = 0;

	while (i < n) {
		double at = l[i].length, at_risk = (double)(n - i), ended = 0;

		for (; i < n && l[i].length == at; i++)
			ended += l[i].ended;
		if (ended == 0)
			continue;
		c.survival *= (at_risk - ended) / at_risk;
		c.greenwood += ended / (at_risk * (at_risk - ended)); /* infinite when S is 0 */
		if (isnan(out.at) && c.survival <= 1 - q + 1e-12)
			out.at = at;
		if (isnan(out.low) && (c.survival <= 0 || limit(&c, z95) <= 1 - q))
			out.low = at;
		if (isnan(out.high) && limit(&c, -z95) <= 1 - q)
			out.high = at;
	}
	return out;
}
