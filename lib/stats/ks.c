/*
 * Kolmogorov-Smirnov: the statistic, the closed form, the limit and the choice
 * between them. The exact law with ties is in ks_exact.c.
 */
#include "stats/ks.h"

#include <assert.h>
#include <math.h>

#include "stats/ks_exact.h"
#include "stats/special.h"

const char *ks_method_name(enum ks_method method)
{
	static const char *const names[] = {"exact", "exact_ties", "asymp"};

	return names[method];
}

struct ks ks_statistic(const double *ref, size_t n, const double *cur, size_t m)
{
	struct ks s = {.n = (int64_t)n, .m = (int64_t)m};
	struct tie_runs runs = tie_runs(ref, n, cur, m);
	int64_t plus = 0, minus = 0, length;

	assert(s.n <= KS_MAX_N && s.m <= KS_MAX_N);
	if (n == 0 || m == 0)
		return s;
	while ((length = tie_runs_next(&runs)) > 0) {
		int64_t gap = (int64_t)runs.i * s.m - (int64_t)runs.j * s.n;

		s.ties |= length > 1;
		plus = gap > plus ? gap : plus;
		minus = -gap > minus ? -gap : minus;
		if (plus > s.h || minus > s.h) {
			s.h = plus > minus ? plus : minus;
			s.at = runs.value;
		}
	}
	s.d = (double)s.h / ((double)n * (double)m);
	s.d_plus = (double)plus / ((double)n * (double)m);
	s.d_minus = (double)minus / ((double)n * (double)m);
	return s;
}

/* ln (C(2n, n-j) / C(2n, n)), 0 < j <= n. */
static double central_ratio_ln(double n, double j)
{
	double r = 2 * stirling_error(n) - stirling_error(n + j) - deviance(n + j, n);

	if (j >= n)
		return r - n + 0.5 * log(M_PI * n); /* 0! in the denominator: deviance(0, n) = n */
	return r - stirling_error(n - j) - deviance(n - j, n) - 0.5 * log1p(-(j / n) * (j / n));
}

/* Equal sizes without ties: 2 sum (-1)^(k-1) C(2n, n-k k0)/C(2n, n). */
static struct ks_p closed_form(const struct ks *s)
{
	double n = (double)s->n, k0 = (double)(s->h / s->n), first = central_ratio_ln(n, k0),
	       sum = 1;
	double sign = -1;

	for (double j = 2 * k0; j <= n; j += k0, sign = -sign) {
		double term = exp(central_ratio_ln(n, j) - first);

		sum += sign * term;
		if (term < 1e-18)
			break;
	}
	first += M_LN2 + log(sum);
	first = fmin(0, first);
	return (struct ks_p){exp(first), first / M_LN10, KS_EXACT};
}

static struct ks_p limit_law(const struct ks *s)
{
	double n = (double)s->n, m = (double)s->m, root = sqrt(n / (n + m) * m), ln;

	ln = kolmogorov_upper_ln(s->d * (s->n == s->m ? root : root + 0.12 + 0.11 / root));
	return (struct ks_p){exp(ln), ln / M_LN10, KS_ASYMPTOTIC};
}

struct ks_p ks_p_value(const struct ks *s, const double *ref, const double *cur, int64_t budget)
{
	bool closed = s->n == s->m && !s->ties;
	double p;

	if (s->h == 0)
		return (struct ks_p){1, 0, closed ? KS_EXACT : KS_EXACT_TIES};
	if (closed)
		return closed_form(s);
	if (ks_exact_conditional(s, ref, cur, budget, &p) < 0)
		return limit_law(s);
	return (struct ks_p){p, log10(p), KS_EXACT_TIES};
}

double ks_log10_floor(int64_t n, int64_t m)
{
	double a = (double)n, b = (double)m, all = a + b, ln;

	if (n == 0 || m == 0)
		return 0;
	/* ln 2/C(a+b, a) by Stirling's formula with its error, which is exact */
	ln = M_LN2 + stirling_error(a) + stirling_error(b) - stirling_error(all) +
	     a * log(a / all) + b * log(b / all) + 0.5 * log(2 * M_PI * a * (b / all));
	return fmin(0, ln / M_LN10);
}
