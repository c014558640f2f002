/* Lines through series: see trend.h. */
#include "stats/trend.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stats/quantile.h"
#include "stats/sort.h"
#include "stats/student.h"

#define R1_MOST      0.99
#define LEAST_POINTS 3
#define POINTS_MOST  1000   /* of pairs */
#define MAD_NORMAL   1.4826 /* deviations in a normal distribution's median absolute deviation */

/* ---- what both fits share ---- */

static void measure_time(struct trend *l, const double *t, size_t n)
{
	l->n = (double)n;
	for (size_t i = 0; i < n; i++)
		l->middle += (t[i] - t[0]) / (double)n;
	l->middle += n ? t[0] : 0;
	for (size_t i = 0; i < n; i++)
		l->spread += (t[i] - l->middle) * (t[i] - l->middle);
	l->known = n >= LEAST_POINTS && l->spread > 0;
}

/* Lag-1 autocorrelation r of the residuals, corrected for the bias of short series that had a line
 * taken out: its expectation is r - (2 + 4 r) / n. */
static double momentum(const double *residuals, size_t n)
{
	double sum = 0, squares = 0, r1;

	for (size_t i = 0; i < n; i++) {
		squares += residuals[i] * residuals[i];
		sum += i ? residuals[i] * residuals[i - 1] : 0;
	}
	r1 = squares > 0 ? sum / squares : 0;
	r1 = (r1 + 2 / (double)n) / fmax(0.1, 1 - 4 / (double)n);
	return fmax(0, fmin(R1_MOST, r1));
}

/* variance is a mean over n points: with momentum the line takes more of it away than two points'
 * worth, by the same factor as its own variance is raised. */
static void finish(struct trend *l, const double *residuals, size_t n, double alpha)
{
	l->r1 = momentum(residuals, n);
	l->independent = fmax(3, l->n * (1 - l->r1) / (1 + l->r1));
	l->variance *= l->independent / (l->independent - 2);
	l->quantile = student_upper_quantile(alpha, fmax(1, l->independent - 2));
}

static double *residuals_of(const struct trend *l, const double *t, const double *x, size_t n)
{
	double *r = mem_array(NULL, n + 1, sizeof *r);

	for (size_t i = 0; i < n; i++)
		r[i] = x[i] - trend_at(l, t[i]);
	return r;
}

/* ---- least squares ---- */

struct trend trend_least_squares(const double *t, const double *x, size_t n, double alpha)
{
	struct trend l = {0};
	double total = 0, left = 0, *residuals;

	measure_time(&l, t, n);
	for (size_t i = 0; i < n; i++)
		l.level += (x[i] - x[0]) / (double)n;
	l.level += n ? x[0] : 0;
	if (!l.known)
		return l;
	for (size_t i = 0; i < n; i++)
		l.slope += (t[i] - l.middle) * (x[i] - l.level) / l.spread;
	residuals = residuals_of(&l, t, x, n);
	for (size_t i = 0; i < n; i++) {
		left += residuals[i] * residuals[i];
		total += (x[i] - l.level) * (x[i] - l.level);
	}
	l.variance = left / l.n;
	l.r2 = total > 0 ? fmax(0, 1 - left / total) : 0;
	finish(&l, residuals, n, alpha);
	free(residuals);
	return l;
}

/* ---- Theil and Sen ---- */

static double median_in_place(double *x, size_t n)
{
	sort_doubles(x, n);
	return quantile_sorted(x, n, 0.5);
}

/* Medians of runs of neighbours, POINTS_MOST of them. */
static size_t thin(const double *t, const double *x, size_t n, double *to_t, double *to_x)
{
	size_t m = n < POINTS_MOST ? n : POINTS_MOST;
	double *run = mem_array(NULL, n / m + 2, sizeof *run);

	for (size_t k = 0; k < m; k++) {
		size_t from = k * n / m, to = (k + 1) * n / m;

		for (size_t i = from; i < to; i++)
			run[i - from] = t[i];
		to_t[k] = median_in_place(run, to - from);
		for (size_t i = from; i < to; i++)
			run[i - from] = x[i];
		to_x[k] = median_in_place(run, to - from);
	}
	free(run);
	return m;
}

static double median_slope(const double *t, const double *x, size_t n)
{
	double *slopes = mem_array(NULL, n * (n - 1) / 2 + 1, sizeof *slopes), median;
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
			if (t[j] > t[i])
				slopes[k++] = (x[j] - x[i]) / (t[j] - t[i]);
	median = k ? median_in_place(slopes, k) : 0;
	free(slopes);
	return median;
}

/* Level and spread by medians; the residuals, cut at three deviations, give the momentum. */
static void level_out(struct trend *l, const double *t, const double *x, size_t n, double alpha)
{
	double *left = mem_array(NULL, n + 1, sizeof *left), *residuals, deviation, total;

	for (size_t i = 0; i < n; i++)
		left[i] = x[i] - l->slope * (t[i] - l->middle);
	l->level = median_in_place(left, n);
	residuals = residuals_of(l, t, x, n);
	for (size_t i = 0; i < n; i++)
		left[i] = fabs(residuals[i]);
	deviation = MAD_NORMAL * median_in_place(left, n);
	for (size_t i = 0; i < n; i++) {
		residuals[i] = fmax(-3 * deviation, fmin(3 * deviation, residuals[i]));
		left[i] = fabs(x[i] - l->level);
	}
	total = MAD_NORMAL * median_in_place(left, n);
	l->variance = deviation * deviation;
	l->r2 = total > 0 ? fmax(0, 1 - l->variance / (total * total)) : 0;
	finish(l, residuals, n, alpha);
	free(residuals);
	free(left);
}

struct trend trend_theil_sen(const double *t, const double *x, size_t n, double alpha)
{
	struct trend l = {0};
	double *thin_t, *thin_x;
	size_t m;

	measure_time(&l, t, n);
	if (!l.known)
		return l;
	thin_t = mem_array(NULL, POINTS_MOST, sizeof *thin_t);
	thin_x = mem_array(NULL, POINTS_MOST, sizeof *thin_x);
	m = thin(t, x, n, thin_t, thin_x);
	l.slope = median_slope(thin_t, thin_x, m);
	level_out(&l, t, x, n, alpha);
	free(thin_x);
	free(thin_t);
	return l;
}

/* ---- answers ---- */

double trend_at(const struct trend *l, double t)
{
	return l->level + l->slope * (t - l->middle);
}

/* Variance of the line at t, momentum included. */
static double variance_at(const struct trend *l, double t)
{
	double u = t - l->middle;

	return l->variance * (1 + l->r1) / (1 - l->r1) * (1 / l->n + u * u / l->spread);
}

double trend_band(const struct trend *l, double t)
{
	return l->quantile * sqrt(variance_at(l, t));
}

double trend_band_of_value(const struct trend *l, double t)
{
	return l->quantile * sqrt(variance_at(l, t) + l->variance);
}

bool trend_is_flat(const struct trend *l)
{
	double error = sqrt(l->variance * (1 + l->r1) / (1 - l->r1) / l->spread);

	return fabs(l->slope) <= l->quantile * error;
}

/*
 * The first time after `now` at which line + sign * band reaches the threshold: the roots u of
 * (level + slope u - threshold)^2 = k (1/n + u^2/spread) that lie on the right branch.
 */
static double reaches(const struct trend *l, double threshold, bool above, double sign, double now)
{
	double k = l->quantile * l->quantile * l->variance * (1 + l->r1) / (1 - l->r1);
	double gap = l->level - threshold, direction = above ? 1 : -1;
	double a = l->slope * l->slope - k / l->spread, b = 2 * gap * l->slope;
	double c = gap * gap - k / l->n, best = INFINITY;
	/* b^2 - 4ac, written so that nothing cancels where the band is narrow. */
	double root = 4 * k *
		      (l->slope * l->slope / l->n + gap * gap / l->spread - k / (l->n * l->spread));
	double q = -(b + copysign(sqrt(fmax(0, root)), b)) / 2;
	double roots[2] = {a < 0 || a > 0 ? q / a : INFINITY, q < 0 || q > 0 ? c / q : INFINITY};

	/* there already */
	if (direction * (trend_at(l, now) + sign * direction * trend_band(l, now) - threshold) >= 0)
		return now;
	for (int i = 0; root >= 0 && i < 2; i++) {
		double t = l->middle + roots[i], off;

		if (!isfinite(t) || t <= now)
			continue;
		/* the other branch solves the square as well */
		off = trend_at(l, t) + sign * direction * trend_band(l, t) - threshold;
		if (fabs(off) <= 1e-6 * (fabs(threshold) + fabs(gap) + trend_band(l, t)))
			best = fmin(best, t);
	}
	return best;
}

struct trend_crossing trend_crosses(const struct trend *l, double threshold, bool above, double now)
{
	double direction = above ? 1 : -1, expected = INFINITY;

	if (direction * (trend_at(l, now) - threshold) >= 0)
		expected = now;
	else if (direction * l->slope > 0)
		expected = l->middle + (threshold - l->level) / l->slope;
	return (struct trend_crossing){
		.expected = expected,
		.earliest = reaches(l, threshold, above, 1, now),
		.latest = reaches(l, threshold, above, -1, now),
	};
}
