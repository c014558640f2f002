/* Tests from summaries: see spread.h. */
#include "stats/spread.h"

#include <math.h>

double kurtosis(const double *x, size_t n, double mean)
{
	double second = 0, fourth = 0;

	for (size_t i = 0; i < n; i++) {
		double d = (x[i] - mean) * (x[i] - mean);

		second += d;
		fourth += d * d;
	}
	return second > 0 ? fourth * (double)n / (second * second) : 3;
}

static double in_errors(double change, double error)
{
	if (change == 0)
		return 0;
	return error > 0 ? change / error : copysign(INFINITY, change);
}

double mean_change_z(const struct summary *ref, const struct summary *cur)
{
	double error = ref->variance / (double)ref->n + cur->variance / (double)cur->n;

	return in_errors(cur->mean - ref->mean, sqrt(error));
}

double variance_change_z(const struct summary *ref, const struct summary *cur)
{
	double n = (double)ref->n, m = (double)cur->n, k, a, b;

	if (ref->n < 2 || cur->n < 2)
		return NAN;
	if (!(ref->variance > 0 && cur->variance > 0))
		return in_errors(cur->variance - ref->variance, 0);
	/* pooled as fourth moments over the pooled square of the second */
	a = ref->kurtosis * ref->variance * ref->variance * n;
	b = cur->kurtosis * cur->variance * cur->variance * m;
	k = (a + b) * (n + m) / pow(n * ref->variance + m * cur->variance, 2);
	k = fmax(k, 1 + 1e-9); /* of two points of equal weight it is exactly 1 */
	return log(cur->variance / ref->variance) / sqrt((k - 1) * (1 / n + 1 / m));
}

double range_change_p(uint64_t n, uint64_t m, uint64_t outside)
{
	double all = (double)n + (double)m, below = 0, term;

	if (outside == 0 || n < 2)
		return 1;
	/* P(none of m outside): the two extremes of all n + m values are old ones */
	term = (double)n * ((double)n - 1) / (all * (all - 1));
	for (uint64_t k = 0; k < outside && k <= m; k++) {
		double left = (double)(m - k);

		below += term;
		/* P(k + 1) / P(k) = (k + 2)(m - k) / ((k + 1)(n + m - 2 - k)) */
		term *= ((double)k + 2) * left / (((double)k + 1) * (all - 2 - (double)k));
	}
	return fmax(0, 1 - below);
}
