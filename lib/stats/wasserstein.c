/* Wasserstein-1: see wasserstein.h. */
#include "stats/wasserstein.h"

#include <math.h>
#include <stdbool.h>

#include "stats/ks_exact.h"

double wasserstein1(const double *ref, size_t n, const double *cur, size_t m)
{
	struct tie_runs runs = tie_runs(ref, n, cur, m);
	double sum = 0, gap = 0, last = 0;
	bool first = true;

	if (n == 0 || m == 0)
		return NAN;
	while (tie_runs_next(&runs) > 0) {
		if (!first && gap > 0)
			sum += gap * (runs.value - last);
		gap = fabs((double)runs.i / (double)n - (double)runs.j / (double)m);
		last = runs.value;
		first = false;
	}
	return sum;
}
