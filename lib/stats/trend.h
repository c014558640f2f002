/*
 * A straight line through a series, and what it says of the future, for data
 * whose noise has momentum: the variance of the line is raised by
 * (1 + r1) / (1 - r1), r1 the lag-1 autocorrelation of the residuals, corrected
 * for its bias (F. H. C. Marriott, J. A. Pope 1954; M. G. Kendall 1954), and
 * Student's t has as many degrees of freedom as there are independent points,
 * n (1 - r1) / (1 + r1), less two.
 */
#ifndef AIOPS_STATS_TREND_H
#define AIOPS_STATS_TREND_H

#include <stdbool.h>
#include <stddef.h>

struct trend {
	bool known; /* false: fewer than 3 points, or all at one time */
	double n;
	double middle;       /* mean time; the line is level + slope (t - middle) */
	double level, slope; /* in the values' unit, and a unit of time */
	double spread;       /* sum of squared times from the middle */
	double variance;     /* of the residuals */
	double r1;           /* their lag-1 autocorrelation, corrected, in [0, 0.99] */
	double independent;  /* points, at least 3 */
	double quantile;     /* of Student's t at the level asked for */
	double r2;           /* share of the variance that the line explains; 0 if there is none */
};

/* Least squares on n points in order of time; x finite, t in any unit. alpha: one-sided level of
 * the bounds, 0.05. O(n). */
struct trend trend_least_squares(const double *t, const double *x, size_t n, double alpha);

/*
 * The median of the slopes of all pairs (H. Theil 1950, P. K. Sen 1968) and the
 * median of what is left, with a spread from the median absolute deviation: up to
 * 29 % of the points may be anything. More than 1,000 points are first put together into
 * medians of 1,000 neighbourhoods. O(n + m^2 log m), m at most 1,000.
 */
struct trend trend_theil_sen(const double *t, const double *x, size_t n, double alpha);

double trend_at(const struct trend *l, double t);
/* Half the width of the one-sided confidence band of the line at t. */
double trend_band(const struct trend *l, double t);
/* The same for a single new value: its own noise is added. */
double trend_band_of_value(const struct trend *l, double t);

/* Whether zero lies between the bounds of the slope. */
bool trend_is_flat(const struct trend *l);

/* When the line reaches a threshold. Times after `now` only; INFINITY: never. */
struct trend_crossing {
	double expected;         /* of the line itself */
	double earliest, latest; /* of the bound on the threshold's side, and on the other */
};
/* above: the threshold is reached from below. */
struct trend_crossing trend_crosses(const struct trend *l, double threshold, bool above,
				    double now);

#endif
