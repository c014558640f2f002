/* Fisher's exact test and when to use it: see fisher.h. */
#include "stats/fisher.h"

#include <math.h>

#include "stats/divergence.h"
#include "stats/special.h"

static double min4(double a, double b, double c, double d)
{
	return fmin(fmin(a, b), fmin(c, d));
}

static double fisher_p(double hits, double n_a, double n_b, double in_a)
{
	double lo = fmax(0, hits - n_b), hi = fmin(hits, n_a), sum = 0;
	/* equal tables must count as equal in spite of rounding */
	double bound = hypergeometric_ln(in_a, n_a, n_b, hits) + 1e-7;

	for (double k = lo; k <= hi; k++) {
		double ln = hypergeometric_ln(k, n_a, n_b, hits);

		if (ln <= bound)
			sum += exp(ln);
	}
	return fmin(1, sum);
}

double share_change_p(uint64_t hits_a, uint64_t n_a, uint64_t hits_b, uint64_t n_b)
{
	uint64_t a[2] = {hits_a, n_a - hits_a}, b[2] = {hits_b, n_b - hits_b};
	double rows[2] = {(double)n_a, (double)n_b}, hits = (double)hits_a + (double)hits_b;
	double misses = rows[0] + rows[1] - hits, all = rows[0] + rows[1];

	if (n_a == 0 || n_b == 0 || hits == 0 || misses == 0)
		return 1;
	if (min4(rows[0] * hits, rows[0] * misses, rows[1] * hits, rows[1] * misses) / all >= 5)
		return chi2_homogeneity(a, b, 2).p;
	/* the rarer outcome is what is drawn, which keeps the sum short */
	if (hits <= misses)
		return fisher_p(hits, rows[0], rows[1], (double)hits_a);
	return fisher_p(misses, rows[0], rows[1], (double)a[1]);
}
