/*
 * False alarms and power of every test: samples drawn with a fixed seed from one law, or
 * from two that differ, and how often p is at most .05. Shared by the unit test and the benchmark.
 */
#ifndef AIOPS_TESTS_CALIBRATION_H
#define AIOPS_TESTS_CALIBRATION_H

#include <stdlib.h>

#include "stats/bins.h"
#include "stats/divergence.h"
#include "stats/fisher.h"
#include "stats/homogeneity.h"
#include "stats/ks.h"
#include "stats/moments.h"
#include "stats/normal.h"
#include "stats/sort.h"
#include "stats/spread.h"
#include "stats_test.h"

#define CALIBRATION_ALPHA 0.05
#define CALIBRATION_MAX_N 1000

enum law { LAW_NORMAL, LAW_EXPONENTIAL, LAW_INTEGERS, LAW_SENTINEL };

struct calibration {
	const char *name;
	double (*p)(const struct calibration *c, double shift, uint64_t *state);
	enum law law;
	size_t n, m;
	double shift; /* for the power: a difference that should be seen */
};

static inline double draw(enum law law, double shift, uint64_t *state)
{
	switch (law) {
	case LAW_NORMAL:
		return random_normal(state) + shift;
	case LAW_EXPONENTIAL:
		return -log(random_unit(state)) * (1 + shift);
	case LAW_INTEGERS: /* 0 to some 60, many of each */
		return floor(10 * (random_normal(state) + 3 + shift));
	case LAW_SENTINEL: /* 30 % hold -1 for want of a value */
		return random_unit(state) < .3 ? -1 : random_normal(state) + 10 + shift;
	}
	return 0;
}

struct two {
	double x[CALIBRATION_MAX_N], y[CALIBRATION_MAX_N];
	struct moments mx, my;
};

static inline void draw_two(const struct calibration *c, double shift, uint64_t *state,
			    struct two *t)
{
	for (size_t i = 0; i < c->n; i++)
		t->x[i] = draw(c->law, 0, state);
	for (size_t i = 0; i < c->m; i++)
		t->y[i] = draw(c->law, shift, state);
	sort_doubles(t->x, c->n);
	sort_doubles(t->y, c->m);
	t->mx = moments_of(t->x, c->n);
	t->my = moments_of(t->y, c->m);
}

static inline double p_ks(const struct calibration *c, double shift, uint64_t *state)
{
	struct two t;
	struct ks s;

	draw_two(c, shift, state, &t);
	s = ks_statistic(t.x, c->n, t.y, c->m);
	return ks_p_value(&s, t.x, t.y, KS_DEFAULT_BUDGET).p;
}

static inline double p_ks_limit(const struct calibration *c, double shift, uint64_t *state)
{
	struct two t;
	struct ks s;

	draw_two(c, shift, state, &t);
	s = ks_statistic(t.x, c->n, t.y, c->m);
	return ks_p_value(&s, t.x, t.y, 0).p;
}

static inline struct psi draw_psi(const struct calibration *c, double shift, uint64_t *state)
{
	uint64_t a[BINS_MAX], b[BINS_MAX];
	struct bins bins;
	struct two t;

	draw_two(c, shift, state, &t);
	bins = bins_by_quantiles(t.x, c->n, 10);
	bins_fill(&bins, t.x, c->n, a);
	bins_fill(&bins, t.y, c->m, b);
	return psi_of_counts(a, b, bins_count(&bins));
}

static inline double p_psi(const struct calibration *c, double shift, uint64_t *state)
{
	return draw_psi(c, shift, state).p;
}

static inline double p_psi_corrected(const struct calibration *c, double shift, uint64_t *state)
{
	return draw_psi(c, shift, state).p_corrected;
}

static inline struct summary summarise(const double *x, size_t n, const struct moments *m)
{
	return (struct summary){.n = n,
				.mean = m->mean,
				.variance = moments_sample_variance(m),
				.kurtosis = kurtosis(x, n, m->mean),
				.min = m->min,
				.max = m->max};
}

static inline double p_mean(const struct calibration *c, double shift, uint64_t *state)
{
	struct summary a, b;
	struct two t;

	draw_two(c, shift, state, &t);
	a = summarise(t.x, c->n, &t.mx);
	b = summarise(t.y, c->m, &t.my);
	return normal_two_sided(mean_change_z(&a, &b));
}

/* The shift scales. */
static inline double p_variance(const struct calibration *c, double shift, uint64_t *state)
{
	struct summary a, b;
	struct two t;

	draw_two(c, 0, state, &t);
	a = summarise(t.x, c->n, &t.mx);
	b = summarise(t.y, c->m, &t.my);
	b.variance *= (1 + shift) * (1 + shift);
	return normal_two_sided(variance_change_z(&a, &b));
}

static inline double p_range(const struct calibration *c, double shift, uint64_t *state)
{
	uint64_t outside = 0;
	struct two t;

	draw_two(c, shift, state, &t);
	for (size_t i = 0; i < c->m; i++)
		outside += t.y[i] < t.mx.min || t.y[i] > t.mx.max;
	return range_change_p(c->n, c->m, outside);
}

/* Shares of 1 / rank over 300 categories: most are rare. The shift moves mass to the second. */
static inline double p_categories(const struct calibration *c, double shift, uint64_t *state)
{
	uint64_t counts[2][300] = {{0}};
	double total = 0;

	for (size_t k = 1; k <= 300; k++)
		total += 1 / (double)k;
	for (size_t i = 0; i < c->n + c->m; i++) {
		double u = random_unit(state) * total;
		size_t k = 0, side = i >= c->n;

		while (k < 299 && u > 1 / (double)(k + 1))
			u -= 1 / (double)(++k);
		if (side && random_unit(state) < shift)
			k = 1;
		counts[side][k]++;
	}
	return homogeneity(counts[0], counts[1], 300).chi2.p;
}

static inline void draw_shares(const struct calibration *c, double share, double shift,
			       uint64_t *state, uint64_t hits[2])
{
	hits[0] = hits[1] = 0;
	for (size_t i = 0; i < c->n; i++)
		hits[0] += random_unit(state) < share;
	for (size_t i = 0; i < c->m; i++)
		hits[1] += random_unit(state) < share + shift;
}

static inline double p_boolean(const struct calibration *c, double shift, uint64_t *state)
{
	uint64_t hits[2], a[2], b[2];

	draw_shares(c, .4, shift, state, hits);
	a[0] = hits[0];
	a[1] = c->n - hits[0];
	b[0] = hits[1];
	b[1] = c->m - hits[1];
	return homogeneity(a, b, 2).chi2.p;
}

static inline double p_missing(const struct calibration *c, double shift, uint64_t *state)
{
	uint64_t hits[2];

	draw_shares(c, .2, shift, state, hits);
	return share_change_p(hits[0], c->n, hits[1], c->m);
}

static const struct calibration calibrations[] = {
	{"KS, continuous, n = m", p_ks, LAW_NORMAL, 500, 500, .25},
	{"KS, continuous, unequal", p_ks, LAW_NORMAL, 150, 211, .4},
	{"KS, limit law, n = m", p_ks_limit, LAW_NORMAL, 1000, 1000, .2},
	{"KS, limit law, unequal", p_ks_limit, LAW_NORMAL, 500, 700, .25},
	{"KS, tied integers", p_ks, LAW_INTEGERS, 300, 400, .3},
	{"KS, 30 % sentinel", p_ks, LAW_SENTINEL, 300, 300, .5},
	{"PSI, corrected, 100 a side", p_psi_corrected, LAW_NORMAL, 100, 100, .7},
	{"PSI, corrected, 1000 a side", p_psi_corrected, LAW_NORMAL, 1000, 1000, .25},
	{"PSI, continuous, 1000 a side", p_psi, LAW_NORMAL, 1000, 1000, .25},
	{"PSI, corrected, unequal", p_psi_corrected, LAW_NORMAL, 1000, 200, .4},
	{"PSI, tied integers", p_psi, LAW_INTEGERS, 1000, 800, .25},
	{"PSI, corrected, 30 % sentinel", p_psi_corrected, LAW_SENTINEL, 300, 300, .6},
	{"chi-squared, rare categories", p_categories, LAW_NORMAL, 500, 400, .15},
	{"chi-squared, two categories", p_boolean, LAW_NORMAL, 3000, 3000, .05},
	{"share of missing values", p_missing, LAW_NORMAL, 3000, 3000, .05},
	{"monitor: mean, normal", p_mean, LAW_NORMAL, 400, 100, .4},
	{"monitor: mean, exponential", p_mean, LAW_EXPONENTIAL, 400, 200, .4},
	{"monitor: variance, normal", p_variance, LAW_NORMAL, 400, 200, .3},
	{"monitor: variance, exponential", p_variance, LAW_EXPONENTIAL, 500, 500, .4},
	{"monitor: range", p_range, LAW_NORMAL, 1000, 500, 1},
};
#define CALIBRATIONS (sizeof calibrations / sizeof *calibrations)

/* The share of `draws` whose p is at most alpha. */
static inline double alarm_rate(const struct calibration *c, double shift, size_t draws,
				uint64_t seed)
{
	size_t alarms = 0;

	for (size_t i = 0; i < draws; i++)
		alarms += c->p(c, shift, &seed) <= CALIBRATION_ALPHA;
	return (double)alarms / (double)draws;
}

#endif
