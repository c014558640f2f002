/*
 * How one variable goes with another, and whether that changed between two samples.
 */
#ifndef AIOPS_STATS_RELATION_H
#define AIOPS_STATS_RELATION_H

#include <stdbool.h>
#include <stddef.h>

/* A measure of relation with its standard error on the scale where it is compared. */
struct relation {
	double value; /* in [-1, 1] or [0, 1]; NAN where there is none (no spread, too few) */
	double scaled, error; /* value on the scale of the test, and its standard error there */
	size_t n;
};

/*
 * Spearman's rank correlation of n pairs, ties by mid-ranks; scaled by Fisher's z, whose
 * error is sqrt((1 + rho^2 / 2) / (n - 3)): D. G. Bonett & T. A. Wright (2000),
 * Psychometrika 65:23. NAN below 4 pairs or without spread on a side. O(n log n).
 */
struct relation relation_spearman(const double *x, const double *y, size_t n);

/*
 * Area under the ROC curve of x for y > 0 (positive) against the others: P(x of a positive >
 * x of a negative), ties half. Its error by E. DeLong, D. DeLong & D. Clarke-Pearson
 * (1988), Biometrics 44:837; 1 over the smaller class where the classes are apart. NAN
 * without both classes twice. O(n log n).
 */
struct relation relation_auc(const double *x, const double *y, size_t n);

/* Two-sided p that two independent samples have one relation; 1 if either has none. */
double relation_change_p(const struct relation *a, const struct relation *b);

#endif
