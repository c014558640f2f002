/* Quantiles and ranks of sorted arrays: see quantile.h. */
#include "stats/quantile.h"

#include <math.h>

double quantile_sorted(const double *x, size_t n, double q)
{
	double at, part;
	size_t i;

	if (n == 0)
		return NAN;
	at = fmin(1, fmax(0, q)) * (double)(n - 1);
	i = (size_t)at;
	part = at - (double)i;
	if (i + 1 >= n || part == 0 || x[i] == x[i + 1])
		return x[i];
	return x[i] * (1 - part) + x[i + 1] * part; /* not x + (y - x) part, which may overflow */
}

size_t count_below(const double *x, size_t n, double v)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (x[mid] < v)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

size_t count_up_to(const double *x, size_t n, double v)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (x[mid] <= v)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}
