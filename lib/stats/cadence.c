/* Intervals between records: see cadence.h. */
#include "stats/cadence.h"

#include <math.h>

#define GAP_ALPHA 0.05
#define DAY_S     86400.0
/* ln of the gaps between two false alarms, about 160,000, for gaps of exponential law. */
#define RARE_GAP 12.0

void cadence_add(struct cadence *c, double gap_s)
{
	ewma_add(&c->gap, gap_s, GAP_ALPHA);
}

double cadence_per_day(const struct cadence *c)
{
	return c->gap.n >= CADENCE_WARMUP && c->gap.mean > 0 ? DAY_S / c->gap.mean : 0;
}

double cadence_limit_s(const struct cadence *c, double factor)
{
	double spread;

	if (c->gap.n < CADENCE_WARMUP)
		return INFINITY;
	spread = RARE_GAP * sqrt(c->gap.variance);
	return fmax(factor * c->gap.mean, c->gap.mean + spread);
}
