/*
 * Student's t distribution, with any real number of degrees of freedom >= 1.
 */
#ifndef AIOPS_STATS_STUDENT_H
#define AIOPS_STATS_STUDENT_H

/* P(T >= t): by the regularised incomplete beta function (Abramowitz & Stegun 26.5.27; its
 * continued fraction 26.5.8 by Lentz's method). Relative error below 1e-12. */
double student_upper(double t, double dof);

/* The t with P(T >= t) = p, 0 < p <= 0.5, by bisection. p outside gives NAN. */
double student_upper_quantile(double p, double dof);

#endif
