/* Tests from summaries: see spread.h. */
#include "stats/spread.h"

#include <math.h>

#include "stats/student.h"

#define TAIL_END 1e-17 /* what is left of a sum is less of it */

double kurtosis(const double *x, size_t n, double mean)
{
	double second = 0, fourth = 0;

	for (size_t i = 0; i < n; i++) {
		double d = (x[i] - mean) * (x[i] - mean);

		second += d;
		fourth += d * d;
	}
	/* at least 1 by Jensen's inequality, and by rounding a little less */
	return second > 0 ? fmax(1, fourth * (double)n / (second * second)) : 3;
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

/* What a side adds to the error of the difference, and that squared over its degrees of freedom. */
static double error_part(const struct summary *s, double *spread)
{
	double part = s->variance / (double)s->n;

	if (s->n > 1)
		*spread += part * part / ((double)s->n - 1);
	return part;
}

double mean_change_p(const struct summary *ref, const struct summary *cur)
{
	double z = fabs(mean_change_z(ref, cur)), spread = 0;
	double error = error_part(ref, &spread) + error_part(cur, &spread);

	if (z == 0 || isinf(z) || !(spread > 0))
		return z == 0 ? 1 : isinf(z) ? 0 : NAN;
	return fmin(1, 2 * student_upper(z, error * error / spread));
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
	double all = (double)n + (double)m, tail = 0, term, ratio;

	if (outside == 0 || n < 2)
		return 1;
	/* P(none of m outside): the two extremes of all n + m values are old ones */
	term = (double)n * ((double)n - 1) / (all * (all - 1));
	for (uint64_t k = 0; k <= m; k++) {
		/* P(k + 1) / P(k), which falls with k */
		ratio = ((double)k + 2) * (double)(m - k) /
			(((double)k + 1) * (all - 2 - (double)k));
		if (k >= outside) {
			tail += term;
			if (ratio < 1 && term < TAIL_END * tail * (1 - ratio))
				break;
		}
		term *= ratio;
	}
	return fmin(1, tail);
}
