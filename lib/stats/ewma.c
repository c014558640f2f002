/* Exponentially weighted mean and variance: see ewma.h. */
#include "stats/ewma.h"

#include <math.h>

void ewma_add(struct ewma *e, double x, double alpha)
{
	double a, d = x - e->mean;

	e->n += 1;
	a = e->n * alpha < 1 ? 1 / e->n : alpha;
	e->mean += a * d;
	e->variance = (1 - a) * (e->variance + a * d * d);
}

double ewma_z(const struct ewma *e, double x, double floor)
{
	double d = x - e->mean, scale, z;

	if (e->n < 2 || d == 0)
		return 0;
	scale = fmax(sqrt(e->variance), floor);
	z = scale > 0 ? d / scale : copysign(EWMA_Z_MAX, d);
	return fmax(-EWMA_Z_MAX, fmin(EWMA_Z_MAX, z));
}
