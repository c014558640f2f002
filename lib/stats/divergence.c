/* PSI, Jensen-Shannon and chi-squared on counts: see divergence.h. */
#include "stats/divergence.h"

#include <math.h>

#include "stats/bins.h"
#include "stats/special.h"

static double total(const uint64_t *counts, size_t bins)
{
	uint64_t sum = 0;

	for (size_t k = 0; k < bins; k++)
		sum += counts[k];
	return (double)sum;
}

/*
 * How much larger than its limit the mean of PSI is with these counts: Bartlett's
 * factor (1937). The mean is taken to the second order in 1/n, bins laid at
 * quantiles of the reference; at 100 values a side and ten bins it is 1.06.
 */
static double stretch(const uint64_t *ref, const uint64_t *cur, size_t bins, double null_mean)
{
	double n = total(ref, bins), m = total(cur, bins), more = 0;

	for (size_t k = 0; k < bins; k++) {
		double share = ((double)ref[k] + (double)cur[k]) / (n + m), odds, third, fourth;

		if (share <= 0)
			continue;
		odds = (1 - share) / share;
		third = odds * (1 - 2 * share) * (1 / (m * m) + 3 / (n * m) + 2 / (n * n));
		fourth = odds * (1 - share) * (1 / n + 1 / m) * (1 / n + 1 / m);
		more += fourth - third / 2;
	}
	/* where bins are nearly empty the series means nothing: no more than a quarter */
	return 1 + fmin(0.25, fmax(0, more / null_mean));
}

struct psi psi_of_counts(const uint64_t *ref, const uint64_t *cur, size_t bins)
{
	struct psi r = {.p = 1, .p_corrected = 1};
	double n = total(ref, bins), m = total(cur, bins), scale = 1 / n + 1 / m, dof;

	if (n == 0 || m == 0)
		return r;
	for (size_t k = 0; k < bins; k++) {
		double e = fmax((double)ref[k] / n, PSI_FLOOR),
		       a = fmax((double)cur[k] / m, PSI_FLOOR);

		r.psi += (a - e) * log(a / e);
		r.used += ref[k] > 0 || cur[k] > 0;
	}
	dof = (double)(r.used - 1);
	r.null_mean = dof * scale;
	r.p = chi2_upper(r.psi / scale, dof);
	r.p_corrected =
		r.used > 1 ? chi2_upper(r.psi / (scale * stretch(ref, cur, bins, r.null_mean)), dof)
			   : 1;
	return r;
}

/* p ln(p / m), m the mean of p and q, in a form that is exact when they are close. */
static double js_half(double p, double q)
{
	return p > 0 ? -p * log1p((q - p) / (2 * p)) : 0;
}

double js_divergence(const uint64_t *ref, const uint64_t *cur, size_t bins)
{
	double n = total(ref, bins), m = total(cur, bins), sum = 0;

	if (n == 0 || m == 0)
		return 0;
	for (size_t k = 0; k < bins; k++) {
		double p = (double)ref[k] / n, q = (double)cur[k] / m;

		sum += js_half(p, q) + js_half(q, p);
	}
	return fmin(M_LN2, fmax(0, sum / 2));
}

double js_distance2(double divergence)
{
	return fmin(1, sqrt(fmax(0, divergence) / M_LN2));
}

#define JS_COMMON_FLOOR 1e-10

double js_common50(const double *ref, size_t n, const double *cur, size_t m)
{
	uint64_t a[JS_COMMON_BINS], b[JS_COMMON_BINS];
	double lo, hi, sum = 0;

	if (n == 0 || m == 0)
		return 0;
	lo = fmin(ref[0], cur[0]);
	hi = fmax(ref[n - 1], cur[m - 1]);
	bins_fill_equal_width(lo, hi, JS_COMMON_BINS, ref, n, a);
	bins_fill_equal_width(lo, hi, JS_COMMON_BINS, cur, m, b);
	for (size_t k = 0; k < JS_COMMON_BINS; k++) {
		double p = fmax((double)a[k] / (double)n, JS_COMMON_FLOOR);
		double q = fmax((double)b[k] / (double)m, JS_COMMON_FLOOR);

		sum += js_half(p, q) + js_half(q, p);
	}
	return fmax(0, sum / 2);
}

struct chi2 chi2_homogeneity(const uint64_t *ref, const uint64_t *cur, size_t categories)
{
	struct chi2 r = {.p = 1};
	double n = total(ref, categories), m = total(cur, categories), plain = 0, yates = 0;
	size_t used = 0;

	if (n == 0 || m == 0)
		return r;
	for (size_t k = 0; k < categories; k++) {
		double column = (double)ref[k] + (double)cur[k], e = n * column / (n + m),
		       f = column - e, d;

		if (column == 0)
			continue;
		used++;
		d = fabs((double)ref[k] - e); /* the same in both rows */
		plain += d * d / e + d * d / f;
		d -= fmin(0.5, d);
		yates += d * d / e + d * d / f;
		r.tvd += fabs((double)ref[k] / n - (double)cur[k] / m) / 2;
	}
	r.dof = used - 1;
	r.x2 = r.dof == 1 ? yates : plain;
	r.p = chi2_upper(r.x2, (double)r.dof);
	r.v = fmin(1, sqrt(plain / (n + m)));
	return r;
}
