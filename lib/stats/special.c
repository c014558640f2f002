/*
 * Stirling error, deviance, hypergeometric weights, incomplete gamma and the
 * Kolmogorov limit: see special.h for the sources.
 */
#include "stats/special.h"

#include <float.h>
#include <math.h>

#define LN_2PI    1.837877066409345483560659472811
#define MAX_TERMS 1000000

double stirling_error(double n)
{
	double nn = n * n;

	if (n <= 0)
		return 0;
	if (n <= 15) /* small: lgamma is exact enough and nothing large cancels */
		return lgamma(n + 1) - (n + 0.5) * log(n) + n - 0.5 * LN_2PI;
	return (1.0 / 12 -
		(1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / nn) / nn) / nn) / nn) /
	       n;
}

double deviance(double x, double m)
{
	double d = x - m, v, sum, term;

	if (x <= 0)
		return m;
	if (fabs(d) >= 0.1 * (x + m))
		return x * log(x / m) - d;
	v = d / (x + m);
	sum = d * v;
	term = 2 * x * v;
	for (int j = 1; j < 100; j++) {
		double before = sum;

		term *= v * v;
		sum += term / (2 * j + 1);
		if (fabs(sum - before) <= DBL_EPSILON / 4 * fabs(sum))
			break;
	}
	return sum;
}

/* ln of the binomial probability of x in n with success probability p = 1 - q, 0 < p < 1. */
static double binomial_ln(double x, double n, double p, double q)
{
	if (n <= 0)
		return 0;
	if (x <= 0)
		return n * log1p(-p);
	if (x >= n)
		return n * log1p(-q);
	return stirling_error(n) - stirling_error(x) - stirling_error(n - x) - deviance(x, n * p) -
	       deviance(n - x, n * q) - 0.5 * (LN_2PI + log(x) + log1p(-x / n));
}

double hypergeometric_ln(double k, double marked, double plain, double draws)
{
	double all = marked + plain, p, q;

	if (k < 0 || k > marked || k > draws || draws - k > plain)
		return -INFINITY;
	if (draws >= all)
		return 0; /* everything is drawn: one outcome */
	p = draws / all;
	q = (all - draws) / all;
	return binomial_ln(k, marked, p, q) + binomial_ln(draws - k, plain, p, q) -
	       binomial_ln(draws, all, p, q);
}

/* x^a e^-x / Gamma(a+1), the factor that both expansions share. */
static double poisson_weight(double a, double x)
{
	return exp(-stirling_error(a) - deviance(a, x) - 0.5 * (LN_2PI + log(a)));
}

static double gamma_series(double a, double x)
{
	double sum = 1, term = 1;

	for (int i = 1; i < MAX_TERMS && term > sum * DBL_EPSILON / 4; i++) {
		term *= x / (a + i);
		sum += term;
	}
	return poisson_weight(a, x) * sum;
}

static double gamma_fraction(double a, double x)
{
	double b = x + 1 - a, c = 1 / DBL_MIN, d = 1 / b, h = d;

	for (int i = 1; i < MAX_TERMS; i++) {
		double an = -i * (i - a), step;

		b += 2;
		d = an * d + b;
		d = 1 / (fabs(d) < DBL_MIN ? DBL_MIN : d);
		c = b + an / c;
		c = fabs(c) < DBL_MIN ? DBL_MIN : c;
		step = c * d;
		h *= step;
		if (fabs(step - 1) <= DBL_EPSILON)
			break;
	}
	return poisson_weight(a, x) * a * h;
}

double gamma_lower(double a, double x)
{
	if (x <= 0)
		return 0;
	return x < a + 1 ? gamma_series(a, x) : 1 - gamma_upper(a, x);
}

double gamma_upper(double a, double x)
{
	if (x <= 0)
		return 1;
	if (isinf(x))
		return 0;
	return x < a + 1 ? fmax(0, 1 - gamma_series(a, x)) : gamma_fraction(a, x);
}

double chi2_upper(double x, double dof)
{
	if (!(x > 0) || !(dof > 0))
		return 1;
	return gamma_upper(dof / 2, x / 2);
}

#define KOLMOGOROV_SWITCH 1.18

/* Jacobi's form for small l: few terms where the alternating series needs many. */
static double kolmogorov_lower_small(double l)
{
	double unit = M_PI * M_PI / (8 * l * l), sum = 0;

	for (int k = 1; k <= 7; k += 2)
		sum += exp(-k * k * unit);
	return sqrt(2 * M_PI) / l * sum;
}

/* Q(l) / (2 exp(-2 l^2)) - 1, for l at or above the switch. */
static double kolmogorov_rest(double l)
{
	double u = 2 * l * l;

	return -exp(-3 * u) + exp(-8 * u) - exp(-15 * u) + exp(-24 * u);
}

double kolmogorov_upper_ln(double l)
{
	if (!(l > 0))
		return 0;
	if (l < KOLMOGOROV_SWITCH)
		return log1p(-fmin(1, kolmogorov_lower_small(l)));
	return M_LN2 - 2 * l * l + log1p(kolmogorov_rest(l));
}

double kolmogorov_upper(double l)
{
	return exp(kolmogorov_upper_ln(l));
}
