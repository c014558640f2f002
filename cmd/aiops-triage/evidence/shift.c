/*
 * How far a series moved when an incident began.
 */
#include "aiops-triage/evidence/shift.h"

#include <math.h>
#include <stdlib.h>

#include "base/instant.h"
#include "base/mem.h"
#include "stats/quantile.h"
#include "stats/sort.h"

/* From the reference implementations of BARO and PRISM, and tuned on nothing. */
#define FLOOR 0.02
/* Of a share that went well, what counts as a usual spread at least: 2 in 1000 requests. */
#define SHARE_FLOOR 0.002
/* A series that was always 0 and is not any more: so many spreads. */
#define SCORE_NEW 10.0
/* A value that a quarter of the incident's samples reach: sees what lasted shorter than half of it,
 * but not one sample in four; never between two samples. Chosen on the PetShop training issues,
 * where two samples of four are harmed. */
#define INCIDENT_QUANTILE 0.75
/* Alerts come some minutes late ("for: 5m"), so this time before the onset is nobody's. */
#define GUARD_NS  (INT64_C(300) * NS_PER_S)
#define ENOUGH    10 /* normal samples that make it affordable */
#define AFTER_MIN (INT64_C(180) * NS_PER_S)
#define AFTER_MAX (INT64_C(900) * NS_PER_S)
#define CADENCES  2
/* Where too little stands before the onset, samples from so long after the end are normal, too. */
#define LATER_NS (INT64_C(3600) * NS_PER_S)

static int64_t clamp(int64_t x, int64_t low, int64_t high)
{
	return x < low ? low : x > high ? high : x;
}

static int64_t cadence_of(const struct sample *s, size_t n)
{
	enum { LOOKED_AT = 32 };
	double gaps[LOOKED_AT];
	size_t k = 0;

	for (size_t i = n; i > 1 && k < LOOKED_AT; i--) {
		double gap = (double)s[i - 1].at_ns - (double)s[i - 2].at_ns;

		if (gap > 0)
			gaps[k++] = gap;
	}
	sort_doubles(gaps, k);
	return k ? (int64_t)fmin(quantile_sorted(gaps, k, 0.5), 3600e9) : 0;
}

struct spans_of_time shift_times(const struct sample *s, size_t n, const struct period *p)
{
	struct spans_of_time t = {.cadence_ns = cadence_of(s, n)};
	int64_t after = clamp(p->last_ns - p->onset_ns, AFTER_MIN, AFTER_MAX);
	size_t before = 0;

	if (after < CADENCES * t.cadence_ns)
		after = CADENCES * t.cadence_ns;
	t.abnormal_from = p->onset_ns - t.cadence_ns;
	t.abnormal_until = p->onset_ns + after;
	t.normal_until = t.abnormal_from - GUARD_NS;
	for (size_t i = 0; i < n; i++)
		before += s[i].at_ns <= t.normal_until;
	if (before < ENOUGH)
		t.normal_until = t.abnormal_from;
	return t;
}

size_t shift_rates(struct sample *s, size_t n)
{
	size_t k = 0;

	for (size_t i = 1; i < n; i++) {
		double gap_s = ((double)s[i].at_ns - (double)s[i - 1].at_ns) / 1e9;

		if (gap_s > 0 && s[i].value >= s[i - 1].value)
			s[k++] = (struct sample){.at_ns = s[i].at_ns,
						 .value = (s[i].value - s[i - 1].value) / gap_s};
	}
	return k;
}

/* ---- measuring ---- */

struct sides {
	double *normal, *abnormal; /* ascending */
	size_t n_normal, n_abnormal;
};

static void divide(const struct sample *s, size_t n, const struct spans_of_time *t,
		   const struct period *p, struct sides *out)
{
	size_t later = 0;

	out->n_normal = out->n_abnormal = 0;
	for (size_t i = 0; i < n; i++)
		if (s[i].at_ns <= t->normal_until)
			out->normal[out->n_normal++] = s[i].value;
		else if (s[i].at_ns > t->abnormal_from && s[i].at_ns <= t->abnormal_until)
			out->abnormal[out->n_abnormal++] = s[i].value;
		else
			later += s[i].at_ns > p->last_ns + LATER_NS;
	if (out->n_normal < ENOUGH && later >= ENOUGH)
		for (size_t i = 0; i < n; i++)
			if (s[i].at_ns > p->last_ns + LATER_NS)
				out->normal[out->n_normal++] = s[i].value;
	sort_doubles(out->normal, out->n_normal);
	sort_doubles(out->abnormal, out->n_abnormal);
}

/* What it is judged by: the quantile on the bad side; of both sides the one farther from normal. */
static double judged_value(const struct sides *d, double normal, enum metric_harm harm)
{
	size_t at = (size_t)(INCIDENT_QUANTILE * (double)(d->n_abnormal - 1));
	double high = d->abnormal[at], low = d->abnormal[d->n_abnormal - 1 - at];

	if (harm == HARM_RISE)
		return high;
	if (harm == HARM_FALL)
		return low;
	return high - normal >= normal - low ? high : low;
}

double shift_share_floor(const struct sample *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[i].value > 1.5)
			return SHARE_FLOOR * 100;
	return SHARE_FLOOR;
}

static double scale_of(const struct sides *d, double normal, double floor)
{
	double spread = quantile_sorted(d->normal, d->n_normal, 0.95) -
			quantile_sorted(d->normal, d->n_normal, 0.05);

	return fmax(spread, floor > 0 ? floor : FLOOR * fabs(normal));
}

static size_t nearest(const struct sample *s, size_t n, const struct spans_of_time *t, double value)
{
	size_t best = n;

	for (size_t i = 0; i < n; i++)
		if (s[i].at_ns > t->abnormal_from && s[i].at_ns <= t->abnormal_until &&
		    (best == n || fabs(s[i].value - value) < fabs(s[best].value - value)))
			best = i;
	return best;
}

static void judge(const struct sides *d, enum metric_harm harm, double floor, struct shift *out)
{
	double way;

	out->n_normal = d->n_normal;
	out->n_abnormal = d->n_abnormal;
	out->normal = quantile_sorted(d->normal, d->n_normal, 0.5);
	out->abnormal = judged_value(d, out->normal, harm);
	out->scale = scale_of(d, out->normal, floor);
	out->rose = out->abnormal > out->normal;
	way = harm == HARM_FALL ? out->normal - out->abnormal : out->abnormal - out->normal;
	if (harm == HARM_BOTH)
		way = fabs(way);
	if (!(way > 0))
		out->score = 0;
	else
		out->score = out->scale > 0 ? way / out->scale : SCORE_NEW;
}

bool shift_measure(const struct sample *s, size_t n, const struct period *p, enum metric_harm harm,
		   double floor, struct shift *out)
{
	struct spans_of_time t = shift_times(s, n, p);
	double *values = mem_array(NULL, 2 * n + 1, sizeof *values);
	struct sides d = {.normal = values, .abnormal = values + n};
	bool known;

	divide(s, n, &t, p, &d);
	known = d.n_normal >= SHIFT_MIN_NORMAL && d.n_abnormal > 0;
	if (known) {
		*out = (struct shift){.score = 0};
		judge(&d, harm, floor, out);
		out->at = nearest(s, n, &t, out->abnormal);
	}
	free(values);
	return known;
}
