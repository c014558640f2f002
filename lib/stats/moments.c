/* Welford's moments: see moments.h. */
#include "stats/moments.h"

#include <math.h>

void moments_add(struct moments *m, double x)
{
	double d = x - m->mean;

	if (m->n == 0 || x < m->min)
		m->min = x;
	if (m->n == 0 || x > m->max)
		m->max = x;
	m->n++;
	m->mean += d / (double)m->n;
	m->m2 += d * (x - m->mean);
}

void moments_merge(struct moments *a, const struct moments *b)
{
	double na = (double)a->n, nb = (double)b->n, d = b->mean - a->mean;

	if (b->n == 0)
		return;
	if (a->n == 0) {
		*a = *b;
		return;
	}
	a->m2 += b->m2 + d * d * (na * nb / (na + nb));
	a->mean += d * (nb / (na + nb));
	a->min = fmin(a->min, b->min);
	a->max = fmax(a->max, b->max);
	a->n += b->n;
}

#define LANES      4
#define LANES_FROM 4096 /* below it, the order of additions is that of moments_add */

/* Several streams side by side, since each addition waits for a division. */
static size_t add_lanes(struct moments *all, const double *x, size_t n)
{
	struct moments lane[LANES] = {MOMENTS_INIT};
	size_t done = 0;

	if (n < LANES_FROM)
		return 0;
	for (; done + LANES <= n; done += LANES)
		for (size_t k = 0; k < LANES; k++)
			moments_add(&lane[k], x[done + k]);
	for (size_t k = 0; k < LANES; k++)
		moments_merge(all, &lane[k]);
	return done;
}

/*
 * Every step of Welford's mean is rounded to the mean's last digit, which far from 0 is
 * much beside the spread. With all values at hand a second pass takes the error out.
 */
static void correct(struct moments *m, const double *x, size_t n)
{
	double d[LANES] = {0}, d2[LANES] = {0}, shift, m2;

	for (size_t i = 0; i < n; i++) {
		double away = x[i] - m->mean;

		d[i % LANES] += away;
		d2[i % LANES] += away * away;
	}
	shift = d[0] + d[1] + (d[2] + d[3]);
	m2 = d2[0] + d2[1] + (d2[2] + d2[3]) - shift * (shift / (double)n);
	if (!isfinite(m2))
		return;
	m->mean += shift / (double)n;
	m->m2 = fmax(0, m2);
}

struct moments moments_of(const double *x, size_t n)
{
	struct moments m = MOMENTS_INIT;

	for (size_t i = add_lanes(&m, x, n); i < n; i++)
		moments_add(&m, x[i]);
	if (m.m2 > 0)
		correct(&m, x, n);
	return m;
}

double moments_sample_variance(const struct moments *m)
{
	return m->n > 1 ? m->m2 / (double)(m->n - 1) : 0;
}

double moments_std(const struct moments *m)
{
	return m->n ? sqrt(m->m2 / (double)m->n) : 0;
}

double moments_hedges_g(const struct moments *a, const struct moments *b)
{
	double n = (double)a->n, m = (double)b->n, pooled;

	if (a->n < 2 || b->n < 2)
		return NAN;
	pooled = sqrt((a->m2 + b->m2) / (n + m - 2));
	if (!(pooled > 0))
		return NAN;
	return (b->mean - a->mean) / pooled * (1 - 3 / (4 * (n + m) - 9));
}
