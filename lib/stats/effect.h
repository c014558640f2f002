/*
 * How large a change surely is: lower ends of one-sided confidence intervals of
 * effect sizes. z is the normal quantile of the level, 1.645 for 95 %.
 */
#ifndef AIOPS_STATS_EFFECT_H
#define AIOPS_STATS_EFFECT_H

#include <stdint.h>

/*
 * Of |x/n - y/m|: Agresti & Caffo (2000), The American Statistician 54:280, one
 * success and one failure added to each side. At least 0. Zero case: 0 with an empty side.
 */
double share_difference_lower(double x, double n, double y, double m, double z);

/*
 * Of the noncentrality of a chi-squared statistic: x2 - dof is its estimate,
 * 2(dof + 2 lambda) its variance. At least 0.
 */
double noncentrality_lower(double x2, double dof, double z);

/* Of |g|, Hedges' standardised difference of means: variance (n+m)/(nm) + g^2/(2(n+m)),
 * Hedges & Olkin (1985). At least 0; NAN stays NAN. */
double hedges_g_lower(double g, double n, double m, double z);

#endif
