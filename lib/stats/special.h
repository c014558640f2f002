/*
 * Special functions behind the p-values: accurate in the relative sense, in
 * the tails too, and total (every finite argument has an answer).
 */
#ifndef AIOPS_STATS_SPECIAL_H
#define AIOPS_STATS_SPECIAL_H

/*
 * Error of Stirling's formula: ln n! - ln(sqrt(2 pi n) (n/e)^n), for n > 0,
 * n need not be an integer. C. Loader, "Fast and accurate computation of
 * binomial probabilities" (2000).
 */
double stirling_error(double n);

/* The deviance x ln(x/m) + m - x >= 0 for x >= 0, m > 0, without cancellation
 * when x is close to m (Loader 2000). x = 0 gives m. */
double deviance(double x, double m);

/* ln of the hypergeometric probability of k marked among `draws` drawn from
 * `marked` + `plain`. All are whole numbers; max(0, draws - plain) <= k <=
 * min(marked, draws), draws >= 1, or -INFINITY is returned. */
double hypergeometric_ln(double k, double marked, double plain, double draws);

/* Regularised incomplete gamma functions P(a,x) and Q(a,x) = 1 - P, a > 0.
 * x <= 0 gives P = 0, Q = 1. Series below x = a + 1, Lentz's continued fraction
 * above (Abramowitz & Stegun 6.5.29, 6.5.31). */
double gamma_lower(double a, double x);
double gamma_upper(double a, double x);

/* P(X >= x) for chi-squared with dof degrees of freedom; 1 if x <= 0 or dof <= 0. */
double chi2_upper(double x, double dof);

/*
 * Kolmogorov's limit Q(l) = P(sup |B| >= l) for the Brownian bridge, and its
 * natural logarithm, which stays finite where Q underflows. l <= 0 gives 1 and 0.
 * A. Kolmogorov (1933); the two theta-function forms meet at l = 1.18.
 */
double kolmogorov_upper(double l);
double kolmogorov_upper_ln(double l);

#endif
