/*
 * How far two distributions over the same bins lie apart: the population
 * stability index, Jensen-Shannon, and the chi-squared test of homogeneity.
 * All take counts: ref[k] and cur[k] observations in bin k.
 */
#ifndef AIOPS_STATS_DIVERGENCE_H
#define AIOPS_STATS_DIVERGENCE_H

#include <stddef.h>
#include <stdint.h>

/* Shares below it are raised to it in PSI and not renormalised, as is common
 * practice: when a bin is empty on one side, this number decides the result. */
#define PSI_FLOOR 1e-4

struct psi {
	double psi;         /* sum (a - e) ln(a / e), >= 0, no unit */
	double null_mean;   /* what chance alone gives: (bins in use - 1)(1/n + 1/m) */
	double p;           /* chi-squared upper tail of psi / (1/n + 1/m) */
	double p_corrected; /* the same, for the mean that psi has with these few counts:
			       Bartlett's factor (1937); holds its level at 100 values a side */
	size_t used;        /* bins that hold anything on either side */
};

/*
 * PSI with its law under no change: B. Yurdakul (2018); arXiv 2303.01227. The
 * law is the limit for bins with a handful of observations each or more.
 * Zero cases: an empty side, or one bin in use, gives psi 0, p 1.
 */
struct psi psi_of_counts(const uint64_t *ref, const uint64_t *cur, size_t bins);

/*
 * Jensen-Shannon divergence in nats, in [0, ln 2]; 0 ln 0 = 0, nothing clipped.
 * J. Lin (1991), IEEE Trans. Inf. Theory 37(1). Zero case: an empty side gives 0.
 */
double js_divergence(const uint64_t *ref, const uint64_t *cur, size_t bins);

/* Its base-2 distance sqrt(JSD / ln 2), in [0, 1]. */
double js_distance2(double divergence);

#define JS_COMMON_BINS 50

/*
 * The 50-bin form: equal widths over the common range of the two ascending
 * arrays, shares clipped at 1e-10, nats. One outlier stretches the range and
 * hides everything else, so it is printed for comparison only. Zero case: an empty side gives 0.
 */
double js_common50(const double *ref, size_t n, const double *cur, size_t m);

struct chi2 {
	double x2; /* sum (O - E)^2 / E */
	double p;
	size_t dof; /* categories in use - 1 */
	double v;   /* Cramer's V = sqrt(X2 / N), an effect size in [0, 1] (from the uncorrected X2)
		     */
	double tvd; /* total variation distance of the shares, in [0, 1] */
};

/*
 * Homogeneity of two rows of counts: E = row total * column total / N, Yates'
 * correction when dof is 1. Columns that are empty on both sides do not count.
 * Zero cases: an empty side, or one category, gives X2 0, p 1.
 */
struct chi2 chi2_homogeneity(const uint64_t *ref, const uint64_t *cur, size_t categories);

#endif
