/* Forecasts of one series: see forecast_model.h. */
#include "aiops-drift/forecast/forecast_model.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stats/holt.h"
#include "stats/normal.h"
#include "stats/quantile.h"
#include "stats/sort.h"
#include "stats/trend.h"

#define STEPS_MOST 100000 /* of the seasonal model into the future, and cells of its past */
#define PATH       (sizeof(((struct forecast *)NULL)->path) / sizeof(double))

const char *const forecast_method_names[METHODS + 1] = {"linear", "robust", "seasonal", NULL};
const char *const forecast_verdict_names[FORECAST_VERDICTS] = {
	"insufficient", "no_threshold", "crossed", "will_cross",
	"may_cross",    "no_crossing",  "no_trend"};

static struct forecast nothing(size_t n)
{
	return (struct forecast){.verdict = FORECAST_INSUFFICIENT,
				 .n = n,
				 .now = NAN,
				 .slope = NAN,
				 .slope_low = NAN,
				 .slope_high = NAN,
				 .r1 = NAN,
				 .independent = NAN,
				 .r2 = NAN,
				 .ahead = NAN,
				 .ahead_low = NAN,
				 .ahead_high = NAN,
				 .eta = NAN,
				 .eta_low = NAN,
				 .eta_high = NAN};
}

static bool is_beyond(const struct forecast_question *q, double x)
{
	return q->above ? x >= q->threshold : x <= q->threshold;
}

/* From the three times and whether there is a trend at all. */
static enum forecast_verdict judge(const struct forecast *f, const struct forecast_question *q,
				   bool flat)
{
	if (!q->bounded)
		return flat ? FORECAST_NO_TREND : FORECAST_NO_THRESHOLD;
	if (is_beyond(q, f->now))
		return FORECAST_CROSSED;
	if (f->eta_high <= q->horizon_s)
		return FORECAST_WILL_CROSS;
	if (flat)
		return FORECAST_NO_TREND;
	return f->eta <= q->horizon_s ? FORECAST_MAY_CROSS : FORECAST_NO_CROSSING;
}

/* ---- lines ---- */

static struct forecast of_line(const struct trend *l, double last, size_t n,
			       const struct forecast_question *q)
{
	struct forecast f = nothing(n);
	double end = last + q->horizon_s, raised = (1 + l->r1) / (1 - l->r1), error;
	struct trend_crossing c;

	if (!l->known)
		return f;
	error = l->quantile * sqrt(l->variance * raised / l->spread);
	f.now = trend_at(l, last);
	f.slope = l->slope;
	f.slope_low = l->slope - error;
	f.slope_high = l->slope + error;
	f.r1 = l->r1;
	f.independent = l->independent;
	f.r2 = l->r2;
	f.ahead = trend_at(l, end);
	f.ahead_low = f.ahead - trend_band_of_value(l, end);
	f.ahead_high = f.ahead + trend_band_of_value(l, end);
	for (size_t i = 0; i < PATH; i++)
		f.path[i] = trend_at(l, last + q->horizon_s * (double)(i + 1) / (double)PATH);
	if (q->bounded) {
		c = trend_crosses(l, q->threshold, q->above, last);
		f.eta = c.expected - last;
		f.eta_low = c.earliest - last;
		f.eta_high = c.latest - last;
	}
	f.verdict = judge(&f, q, trend_is_flat(l));
	return f;
}

/* ---- season ---- */

static double median_gap(const double *t, size_t n)
{
	double *gaps = mem_array(NULL, n, sizeof *gaps), median;
	size_t k = 0;

	for (size_t i = 1; i < n; i++)
		if (t[i] > t[i - 1])
			gaps[k++] = t[i] - t[i - 1];
	sort_doubles(gaps, k);
	median = k ? quantile_sorted(gaps, k, 0.5) : 0;
	free(gaps);
	return median;
}

/* Means of cells of `step` seconds, the last of which ends at the last point; NaN for empty ones.
 * *cells belongs to the caller. */
static size_t even_out(const double *t, const double *x, size_t n, double step, double **cells)
{
	double last = t[n - 1];
	size_t count = (size_t)fmin((last - t[0]) / step + 1, STEPS_MOST), *in;

	*cells = mem_zalloc(count * sizeof **cells);
	in = mem_zalloc(count * sizeof *in);
	for (size_t i = 0; i < n; i++) {
		size_t back = (size_t)fmin(round((last - t[i]) / step), 2.0 * STEPS_MOST);

		if (back >= count)
			continue;
		(*cells)[count - 1 - back] += x[i];
		in[count - 1 - back]++;
	}
	for (size_t i = 0; i < count; i++)
		(*cells)[i] = in[i] ? (*cells)[i] / (double)in[i] : NAN;
	free(in);
	return count;
}

static void note_crossing(struct forecast *f, const struct forecast_question *q, double at,
			  double mean, double band)
{
	double toward = q->above ? band : -band;

	if (isinf(f->eta) && is_beyond(q, mean))
		f->eta = at;
	if (isinf(f->eta_low) && is_beyond(q, mean + toward))
		f->eta_low = at;
	if (isinf(f->eta_high) && is_beyond(q, mean - toward))
		f->eta_high = at;
}

/* Walks the model to the horizon. */
static void walk(struct forecast *f, const struct holt *h, double step_s,
		 const struct forecast_question *q)
{
	double z = normal_upper_quantile(q->alpha);
	size_t steps = (size_t)fmax(1, fmin(q->horizon_s / step_s, STEPS_MOST)), drawn = 0;
	struct holt_step s = holt_begin(h);

	f->eta = f->eta_low = f->eta_high = q->bounded ? INFINITY : NAN;
	for (size_t i = 1; i <= steps; i++) {
		holt_next(&s);
		if (q->bounded)
			note_crossing(f, q, (double)i * step_s, s.mean, z * s.deviation);
		while (drawn < PATH && (drawn + 1) * steps <= i * PATH)
			f->path[drawn++] = s.mean;
	}
	f->ahead = s.mean;
	f->ahead_low = s.mean - z * s.deviation;
	f->ahead_high = s.mean + z * s.deviation;
}

static struct forecast of_season(const double *t, const double *x, size_t n,
				 const struct forecast_question *q)
{
	struct forecast f = nothing(n);
	double step = median_gap(t, n), *cells = NULL, noise;
	size_t period = step > 0 ? (size_t)round(q->period_s / step) : 0, count;
	struct holt h = {0};

	if (step <= 0 || period > STEPS_MOST / 2)
		return f;
	count = even_out(t, x, n, step, &cells);
	if (holt_fit(&h, cells, count, period > 1 ? period : 0)) {
		walk(&f, &h, step, q);
		f.now = h.level + (h.period ? h.season[h.period - 1] : 0);
		f.slope = h.phi * h.trend / step;
		f.r1 = h.r1;
		noise = f.ahead_high - f.ahead;
		/* the season comes and goes: only a change beyond the bounds is a trend */
		f.verdict = judge(&f, q, fabs(f.ahead - f.now) <= noise);
	}
	holt_release(&h);
	free(cells);
	return f;
}

struct forecast forecast_of(const double *t, const double *x, size_t n,
			    const struct forecast_question *q)
{
	struct forecast f = nothing(n);
	struct trend l;

	if (n < 3)
		return f;
	if (q->method == METHOD_SEASONAL) {
		f = of_season(t, x, n, q);
	} else {
		l = q->method == METHOD_ROBUST ? trend_theil_sen(t, x, n, q->alpha)
					       : trend_least_squares(t, x, n, q->alpha);
		f = of_line(&l, t[n - 1], n, q);
	}
	if (!isfinite(f.now) || !isfinite(f.slope) || !isfinite(f.ahead))
		return nothing(n);
	if (f.verdict == FORECAST_NO_TREND) /* times would be of the noise */
		f.eta = f.eta_low = f.eta_high = NAN;
	return f;
}
