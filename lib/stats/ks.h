/*
 * The two-sample Kolmogorov-Smirnov test, ties included: is the difference of
 * the two empirical distribution functions F (reference) and G (current) more
 * than chance?
 */
#ifndef AIOPS_STATS_KS_H
#define AIOPS_STATS_KS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sizes beyond it are refused by assertion: the integer arithmetic is exact up to here. */
#define KS_MAX_N INT64_C(1500000000)

struct ks {
	int64_t n, m;           /* sizes, reference and current */
	int64_t h;              /* max |i m - j n| over the pooled values, i, j the counts <= x */
	double d;               /* h / (n m) = sup |F - G|, in [0, 1] */
	double d_plus, d_minus; /* sup (F - G), sup (G - F) */
	double at;              /* the smallest value where the maximum stands */
	bool ties;              /* some value occurs more than once in the pooled sample */
};

/*
 * The statistic of two ascending arrays of finite values. Compared only behind
 * each run of equal values, in integers, so that it carries no rounding.
 * Zero case: n or m of 0 gives d = 0. O(n + m).
 */
struct ks ks_statistic(const double *ref, size_t n, const double *cur, size_t m);

enum ks_method {
	KS_EXACT,      /* equal sizes without ties: closed form */
	KS_EXACT_TIES, /* the conditional law given the pooled sample */
	KS_ASYMPTOTIC, /* Kolmogorov's limit; conservative when there are ties */
};
/* "exact", "exact_ties", "asymp". */
const char *ks_method_name(enum ks_method method);

struct ks_p {
	double p;       /* two-sided, in [0, 1]; 0 when it underflows, see log10_p */
	double log10_p; /* finite always */
	enum ks_method method;
};

/* Steps of the exact recursion that ks_p_value spends before it falls back to
 * the limit: about one second. */
#define KS_DEFAULT_BUDGET 200000000

/*
 * The p-value of s, which came from these same arrays.
 *
 * 1. n = m, no ties: the closed form of Gnedenko & Korolyuk (1951), see Hodges
 *    (1958), Ark. Mat. 3:469, with Loader's deviances: relative error < 1e-11 at any n.
 * 2. Otherwise, while the work is within budget: A(i,j), the probability that a
 *    random lattice path to (i,j) has met |i m - j n| >= h at the end of a tie
 *    run; p = A(n,m). All terms are positive: no cancellation, no floor at 1e-16.
 *    Schroer & Trenkler (1995), CSDA 20:185; Viehmann (2021), arXiv 2102.08037.
 *    A long tie run is crossed in one step by its hypergeometric law.
 * 3. Otherwise Kolmogorov's limit: lambda = D sqrt(nm/(n+m)) for equal sizes,
 *    Stephens' correction (1970, JRSS B 32:115) for unequal ones.
 *
 * Zero cases: D = 0 or an empty side gives p = 1.
 */
struct ks_p ks_p_value(const struct ks *s, const double *ref, const double *cur, int64_t budget);

/*
 * The smallest p that sizes n and m can reach without ties, 2 / C(n+m, n), as
 * its logarithm to base 10: above log10(alpha) the sample is too small to ever
 * be significant. Zero case: 0 (p = 1) with an empty side.
 */
double ks_log10_floor(int64_t n, int64_t m);

#endif
