/*
 * The next value foretold from the last two and the seasonal mean: a linear
 * model fitted by recursive least squares with forgetting (L. Ljung,
 * T. Soderstrom, "Theory and Practice of Recursive Identification", 1983).
 * Its residual is what is left when a series' own momentum is taken out.
 */
#ifndef AIOPS_STATS_ARX_H
#define AIOPS_STATS_ARX_H

#include "stats/ewma.h"

#define ARX_INPUTS 4 /* 1, x(t-1), x(t-2), the seasonal mean at t */

/* Doubles only. */
struct arx {
	double n;
	double last[2];    /* the newest first */
	struct ewma scale; /* inputs are standardised by it */
	double weights[ARX_INPUTS];
	double gain[ARX_INPUTS][ARX_INPUTS]; /* inverse of the inputs' correlation */
};

#define ARX_INIT ((struct arx){.weights = {0, 1, 0, 0}})

/* The value expected next, given the seasonal mean then. Below three values: the last, or 0. */
double arx_expect(const struct arx *m, double seasonal);

/* x finite. Learns from x, for which `seasonal` was the seasonal mean. */
void arx_add(struct arx *m, double x, double seasonal);

#endif
