/* Damped trend and season: see holt.h. */
#include "stats/holt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define LEAST_POINTS 10
#define REFINEMENTS  4
#define R1_MOST      0.99

/* ---- one pass ---- */

/* What is summed up over the errors of one step, the first period left out. */
struct errors {
	double n, squares, lagged, last;
};

static void note_error(struct errors *sum, double error, bool counts)
{
	if (!counts)
		return;
	sum->n += 1;
	sum->squares += error * error;
	sum->lagged += sum->n > 1 ? error * sum->last : 0;
	sum->last = error;
}

/* Mean of the values that are there. */
static double mean_of(const double *x, size_t n)
{
	double sum = 0;
	size_t there = 0;

	for (size_t i = 0; i < n; i++) {
		if (isnan(x[i]))
			continue;
		sum += x[i];
		there++;
	}
	return there ? sum / (double)there : NAN;
}

/* Level, trend and season from the first two periods; without a season from the first points. */
static void start(struct holt *h, const double *x)
{
	size_t span = h->period ? h->period : LEAST_POINTS / 2;
	double first = mean_of(x, span), second = mean_of(x + span, span);

	if (isnan(first))
		first = isnan(second) ? 0 : second;
	h->trend = isnan(second) ? 0 : (second - first) / (double)span;
	h->level = first - h->trend * ((double)span + 1) / 2;
	for (size_t i = 0; i < h->period; i++) {
		double line = h->level + h->trend * (double)(i + 1), a = x[i] - line;
		double b = x[i + h->period] - line - h->trend * (double)h->period;

		h->season[i] = isnan(a) ? (isnan(b) ? 0 : b) : isnan(b) ? a : (a + b) / 2;
	}
}

/* Runs through the series from its start; leaves the state behind the last point. */
static struct errors run(struct holt *h, const double *x, size_t n)
{
	size_t skip = h->period ? h->period : LEAST_POINTS / 2, slot = 0;
	struct errors sum = {0};

	start(h, x);
	for (size_t i = 0; i < n; i++) {
		double *season = h->period ? &h->season[slot] : NULL;
		double drift = h->phi * h->trend;
		double error = x[i] - (h->level + drift + (season ? *season : 0));

		if (isnan(error))
			error = 0;
		else
			note_error(&sum, error, i >= skip);
		h->level += drift + h->alpha * error;
		h->trend = drift + h->beta * error;
		if (season)
			*season += h->gamma * error;
		slot = slot + 1 < h->period ? slot + 1 : 0;
	}
	return sum;
}

/* ---- the weights ---- */

static double loss(struct holt *h, const double *x, size_t n)
{
	double squares = run(h, x, n).squares;

	return isfinite(squares) ? squares : INFINITY;
}

/* Tries values of one weight, keeps the best. */
static double try_weight(struct holt *h, double *weight, const double *values, size_t count,
			 double best, const double *x, size_t n)
{
	double kept = *weight;

	for (size_t i = 0; i < count; i++) {
		double l;

		*weight = values[i];
		l = loss(h, x, n);
		if (l < best) {
			best = l;
			kept = values[i];
		}
	}
	*weight = kept;
	return best;
}

/* A few values around the present one, closer with each round, inside (low, high). */
static double refine(struct holt *h, double *weight, double step, double low, double high,
		     double best, const double *x, size_t n)
{
	double values[4] = {*weight - step, *weight - step / 2, *weight + step / 2, *weight + step};

	for (size_t i = 0; i < 4; i++)
		values[i] = fmax(low, fmin(high, values[i]));
	return try_weight(h, weight, values, 4, best, x, n);
}

static void choose_weights(struct holt *h, const double *x, size_t n)
{
	static const double levels[] = {0.02, 0.1, 0.3, 0.6, 0.9};
	static const double trends[] = {0.001, 0.02, 0.1};
	static const double dampings[] = {0.8, 0.9, 0.98};
	static const double seasons[] = {0.01, 0.1, 0.3};
	double best = INFINITY;

	*h = (struct holt){.alpha = 0.3,
			   .beta = 0.02,
			   .gamma = 0.1,
			   .phi = 0.9,
			   .season = h->season,
			   .period = h->period,
			   .n = h->n};
	for (int round = 0; round < 2; round++) {
		best = try_weight(h, &h->alpha, levels, 5, best, x, n);
		best = try_weight(h, &h->beta, trends, 3, best, x, n);
		best = try_weight(h, &h->phi, dampings, 3, best, x, n);
		if (h->period)
			best = try_weight(h, &h->gamma, seasons, 3, best, x, n);
	}
	for (int round = 0; round < REFINEMENTS; round++) {
		double scale = pow(0.5, round);

		best = refine(h, &h->alpha, 0.15 * scale, 0.005, 0.995, best, x, n);
		best = refine(h, &h->beta, h->beta * 0.8 * scale, 0.0001, 0.5, best, x, n);
		best = refine(h, &h->phi, 0.04 * scale, 0.7, 0.995, best, x, n);
		if (h->period)
			best = refine(h, &h->gamma, h->gamma * 0.8 * scale, 0.001, 0.7, best, x, n);
	}
}

bool holt_fit(struct holt *h, const double *x, size_t n, size_t period)
{
	struct errors sum;
	double r1;

	*h = (struct holt){.period = period};
	for (size_t i = 0; i < n; i++)
		h->n += isnan(x[i]) ? 0 : 1;
	if (h->n < LEAST_POINTS || n < LEAST_POINTS || (period && n < 2 * period + 1))
		return false;
	h->season = period ? mem_zalloc(period * sizeof *h->season) : NULL;
	choose_weights(h, x, n);
	sum = run(h, x, n);
	h->variance = sum.n > 0 ? sum.squares / fmax(1, sum.n - 4) : 0;
	r1 = sum.squares > 0 ? sum.lagged / sum.squares : 0;
	h->r1 = fmax(0, fmin(R1_MOST, r1));
	/* the next point's season first */
	if (period && n % period) {
		double *turned = mem_array(NULL, period, sizeof *turned);

		for (size_t i = 0; i < period; i++)
			turned[i] = h->season[(n + i) % period];
		memcpy(h->season, turned, period * sizeof *turned);
		free(turned);
	}
	return isfinite(h->variance) && isfinite(h->level) && isfinite(h->trend);
}

void holt_release(struct holt *h)
{
	free(h->season);
	h->season = NULL;
}

/* ---- the future ---- */

struct holt_step holt_begin(const struct holt *h)
{
	return (struct holt_step){.h = h, .power = 1, .mean = h->level};
}

void holt_next(struct holt_step *s)
{
	const struct holt *h = s->h;
	double raised = h->variance * (1 + h->r1) / (1 - h->r1);

	if (s->step > 0) { /* what the error of that step does to this one */
		double weight = h->alpha + h->beta * s->damped;

		if (h->period && s->step % h->period == 0)
			weight += h->gamma;
		s->sum += weight * weight;
	}
	s->step++;
	s->power *= h->phi;
	s->damped += s->power;
	s->mean = h->level + s->damped * h->trend;
	if (h->period)
		s->mean += h->season[(s->step - 1) % h->period];
	s->deviation = sqrt(raised * (1 + s->sum));
}
