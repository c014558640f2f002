/*
 * How long things take when some of them have not ended yet: quantiles of a
 * Kaplan-Meier curve. What is still going on counts as having lasted at least so
 * long, where a mean or median of the ended ones would call it over.
 *
 * E. L. Kaplan and P. Meier, "Nonparametric estimation from incomplete
 * observations", JASA 53 (1958). Variance: Greenwood (1926). Intervals of
 * quantiles: R. Brookmeyer and J. Crowley, Biometrics 38 (1982), on the log(-log)
 * scale, as PROC LIFETEST and survfit(conf.type="log-log") give them.
 */
#ifndef AIOPS_STATS_SURVIVAL_H
#define AIOPS_STATS_SURVIVAL_H

#include <stdbool.h>
#include <stddef.h>

struct lifetime {
	double length; /* any unit, >= 0 */
	bool ended;    /* false: it lasts at least so long */
};

struct survival_quantile {
	double at;        /* NAN: not reached, since too many have not ended */
	double low, high; /* 95 % interval; NAN: no limit on that side can be given */
};

/* Sorts lengths in place, once before any quantile. O(n log n). */
void survival_sort(struct lifetime *l, size_t n);

/* The time by which a share q (0 < q < 1) has ended, of sorted l[0..n). O(n). Pure. */
struct survival_quantile survival_quantile(const struct lifetime *l, size_t n, double q);

#endif
