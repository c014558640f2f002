/*
 * What the points of one series say about a threshold.
 */
#ifndef AIOPS_DRIFT_FORECAST_MODEL_H
#define AIOPS_DRIFT_FORECAST_MODEL_H

#include <stdbool.h>
#include <stddef.h>

enum forecast_method {
	METHOD_LINEAR,   /* least squares */
	METHOD_ROBUST,   /* Theil-Sen */
	METHOD_SEASONAL, /* Holt-Winters with a damped trend */
	METHODS
};
/* "linear", "robust", "seasonal". */
extern const char *const forecast_method_names[METHODS + 1];

enum forecast_verdict {
	FORECAST_INSUFFICIENT, /* too few points, or all at one time */
	FORECAST_NO_THRESHOLD, /* nothing to cross: the trend alone */
	FORECAST_CROSSED,      /* it is beyond the threshold now */
	FORECAST_WILL_CROSS,   /* even the far bound crosses within the horizon */
	FORECAST_MAY_CROSS,    /* what is expected crosses, the far bound does not */
	FORECAST_NO_CROSSING,  /* there is a trend, and it does not get there */
	FORECAST_NO_TREND,
	FORECAST_VERDICTS
};
/* "insufficient", "no_threshold", "crossed", "will_cross", "may_cross", "no_crossing", "no_trend".
 */
extern const char *const forecast_verdict_names[FORECAST_VERDICTS];

struct forecast_question {
	enum forecast_method method;
	bool bounded; /* there is a threshold */
	double threshold;
	bool above;       /* it is crossed from below */
	double alpha;     /* one-sided level of every bound */
	double horizon_s; /* from the last point */
	double period_s;  /* of the season; seasonal only */
};

/* Numbers without an answer are NaN; times that never come are INFINITY. Seconds from the last
 * point. */
struct forecast {
	enum forecast_verdict verdict;
	size_t n;
	double now;                          /* the level at the last point */
	double slope, slope_low, slope_high; /* a second */
	double r1, independent, r2;
	double ahead, ahead_low, ahead_high; /* the value at the horizon */
	double eta, eta_low, eta_high;       /* expected, earliest, latest crossing */
	double path[20];                     /* expected on the way to the horizon, for a plot */
};

/* t in seconds, ascending; x finite. */
struct forecast forecast_of(const double *t, const double *x, size_t n,
			    const struct forecast_question *q);

#endif
