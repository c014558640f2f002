/*
 * Level, damped trend and season smoothed exponentially: the additive method of
 * C. C. Holt (1957) and P. R. Winters (1960) with the damped trend of E. S.
 * Gardner and E. McKenzie, Management Science 31 (1985), in error-correction
 * form. Variances of forecasts: R. J. Hyndman, A. B. Koehler, J. K. Ord, R. D.
 * Snyder, "Forecasting with Exponential Smoothing" (2008), class 1.
 */
#ifndef AIOPS_STATS_HOLT_H
#define AIOPS_STATS_HOLT_H

#include <stdbool.h>
#include <stddef.h>

struct holt {
	double alpha, beta, gamma, phi; /* of level, trend, season; damping */
	double level, trend;            /* behind the last point */
	double *season;                 /* owned; period values, the next point's first; or NULL */
	size_t period;
	double variance; /* of the errors of one step */
	double r1;       /* what momentum they have left, in [0, 0.99] */
	size_t n;        /* points that were there */
};

/*
 * Fits x[0..n), equally spaced; NaN where a point is missing. period 0: no season. The four
 * weights are those with the least squared error of one step, found on a grid that is then
 * refined. False with fewer than 10 points, or two periods and one point. O(n) times about 400.
 */
bool holt_fit(struct holt *h, const double *x, size_t n, size_t period);
void holt_release(struct holt *h);

/* A walk into the future, step by step. */
struct holt_step {
	const struct holt *h;
	size_t step;      /* 0: at the last point */
	double damped;    /* phi + phi^2 + ... */
	double power;     /* phi^step */
	double sum;       /* of squared weights of the errors so far */
	double mean;      /* expected at this step */
	double deviation; /* of a value there from it */
};
struct holt_step holt_begin(const struct holt *h);
void holt_next(struct holt_step *s);

#endif
