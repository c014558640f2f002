/* Cumulative sums: see cusum.h. */
#include "stats/cusum.h"

#include <math.h>

#define OVERSHOOT      1.166 /* Siegmund's correction of the limit */
#define BISECTIONS     60
#define LIMIT_MOST     1000
#define ALLOWANCE      1.0 /* finds changes of two deviations of a batch mean soonest */
#define BASE_ALPHA     0.01
#define BASE_WARMUP    30 /* batches before the level counts as known */
#define Z_MOST         4  /* one wild batch is no lasting change */
#define RELEARN_FROM   5  /* batches that the new level starts with */
#define MOMENTUM_ALPHA 0.02
#define MOMENTUM_MOST  0.95

double cusum_add(struct cusum *c, double z, double k)
{
	c->up = fmax(0, c->up + z - k);
	c->down = fmax(0, c->down - z - k);
	c->up_n = c->up > 0 ? c->up_n + 1 : 0;
	c->down_n = c->down > 0 ? c->down_n + 1 : 0;
	return fmax(c->up, c->down);
}

/* Mean steps of a one-sided sum until it passes h. */
static double run_length(double h, double k)
{
	double b = 2 * k * (h + OVERSHOOT);

	return (expm1(b) - b) / (2 * k * k);
}

double cusum_limit(double steps, double k)
{
	double low = 0, high = LIMIT_MOST;

	steps = 2 * fmax(steps, 10); /* either of two sides */
	for (int i = 0; i < BISECTIONS; i++) {
		double h = (low + high) / 2;

		if (run_length(h, k) < steps)
			low = h;
		else
			high = h;
	}
	return high;
}

/* The level after the change, from what the sum gathered since it began. */
static double new_level(const struct shift *s, double deviation)
{
	double r = fmax(0, fmin(MOMENTUM_MOST, s->momentum));
	const struct cusum *c = &s->sums;
	double z = c->up >= c->down ? c->up / fmax(c->up_n, 1) + ALLOWANCE
				    : -(c->down / fmax(c->down_n, 1) + ALLOWANCE);

	return s->base.mean + z * sqrt((1 + r) / (1 - r)) * deviation;
}

static void adopt(struct shift *s, double level)
{
	s->base.mean = level;
	s->base.n = RELEARN_FROM;
	s->last = 0;
	s->sums = CUSUM_INIT;
}

/* A full batch. */
static struct shift_verdict judge(struct shift *s, double mean, double floor, double steps)
{
	struct shift_verdict v = {0};
	double deviation = fmax(sqrt(s->base.variance), floor), steps_ago;

	if (s->base.n >= BASE_WARMUP) {
		double z = fmax(-Z_MOST, fmin(Z_MOST, ewma_z(&s->base, mean, floor)));
		double r = fmax(0, fmin(MOMENTUM_MOST, s->momentum));

		s->momentum += MOMENTUM_ALPHA * (z * s->last - s->momentum);
		s->last = z;
		v.sum = cusum_add(&s->sums, z * sqrt((1 - r) / (1 + r)), ALLOWANCE);
		/* is it past the limit? The limit itself is dear, and seldom asked for */
		if (run_length(v.sum, ALLOWANCE) > 2 * fmax(steps, 10)) {
			v.limit = cusum_limit(steps, ALLOWANCE);
			steps_ago = s->sums.up >= s->sums.down ? s->sums.up_n : s->sums.down_n;
			v.found = true;
			v.from = s->base.mean;
			v.to = new_level(s, deviation);
			v.points_ago = steps_ago * SHIFT_BATCH;
			adopt(s, v.to);
			return v;
		}
	}
	ewma_add(&s->base, mean, BASE_ALPHA);
	return v;
}

struct shift_verdict shift_add(struct shift *s, double x, double floor, double steps)
{
	double mean;

	s->sum += x / SHIFT_BATCH;
	s->n += 1;
	if (s->n < SHIFT_BATCH)
		return (struct shift_verdict){0};
	mean = s->sum;
	s->n = s->sum = 0;
	return judge(s, mean, floor, steps);
}
