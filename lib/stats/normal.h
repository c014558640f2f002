/*
 * The normal law.
 */
#ifndef AIOPS_STATS_NORMAL_H
#define AIOPS_STATS_NORMAL_H

/* P(Z >= z), accurate in the relative sense in the upper tail. */
double normal_upper(double z);

/* P(|Z| >= |z|). */
double normal_two_sided(double z);

/* The z with P(Z >= z) = p, 0 < p < 1: P. J. Acklam's rational start, one step of
 * Halley's method; relative error < 1e-14. p outside gives -INFINITY or INFINITY. */
double normal_upper_quantile(double p);

#endif
