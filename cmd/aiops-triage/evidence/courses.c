/*
 * How each metric moved when the incident began.
 */
#include "aiops-triage/evidence/courses.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

/* A gap smaller than this part of the call is nobody's fault. */
#define GAP_FLOOR 0.2

static int compare_samples(const void *a, const void *b)
{
	const struct sample *x = a, *y = b;

	return (x->at_ns > y->at_ns) - (x->at_ns < y->at_ns);
}

size_t course_samples(const struct series *s, struct sample **out)
{
	struct sample *samples = mem_array(NULL, s->n ? s->n : 1, sizeof *samples);
	bool in_order = true, grows = s->is_counter;

	for (size_t i = 0; i < s->n; i++) {
		const struct point *p = series_at(s, i);

		samples[i] = (struct sample){.at_ns = p->at_ns, .value = p->value};
		if (i > 0 && p->at_ns < samples[i - 1].at_ns)
			in_order = false;
	}
	if (!in_order)
		qsort(samples, s->n, sizeof *samples, compare_samples);
	for (size_t i = 1; grows && i < s->n; i++)
		grows = samples[i].value >= samples[i - 1].value;
	*out = samples;
	return grows && s->n > 2 ? shift_rates(samples, s->n) : s->n;
}

static struct period period_of(const struct incident *inc)
{
	return (struct period){.onset_ns = inc->starts_ns, .last_ns = inc->last_ns};
}

/* The record of the sample: the last point of that time. */
static void find_record(struct course *c, int64_t at_ns)
{
	for (size_t i = c->series->n; i > 0; i--) {
		const struct point *p = series_at(c->series, i - 1);

		if (p->at_ns == at_ns) {
			c->record_id = span_cstr(p->id);
			c->value = p->value;
			return;
		}
	}
}

static void measure(struct course *c, const struct period *p)
{
	const struct metric_kind *kind = c->series->kind;
	struct sample *samples;
	size_t n = course_samples(c->series, &samples);
	double floor = kind->share ? shift_share_floor(samples, n) : 0;

	c->known = shift_measure(samples, n, p, kind->harm, floor, &c->shift);
	if (c->known)
		find_record(c, samples[c->shift.at].at_ns);
	free(samples);
}

static void set_place(struct course *c)
{
	const struct series *s = c->series;

	c->host = s->host;
	if (s->call.callee.len) {
		c->component = s->call.callee;
	} else if (s->kind->of_host && (s->host.len || s->service.len)) {
		c->component = s->host; /* which machine that is may not be known */
	} else {
		c->component = s->component;
		c->service = s->service;
	}
}

/* ---- the way between caller and callee ---- */

static bool same_call(const struct series *a, const struct series *b)
{
	return b->call.side == SIDE_CALLEE && b->kind == a->kind &&
	       span_eq(a->call.callee, b->call.callee) && span_eq(a->call.caller, b->call.caller) &&
	       !(a->statistic < b->statistic) && !(a->statistic > b->statistic);
}

/* Sample by sample, the nearest in time of both; *level is the caller's median or so. */
static size_t subtract(struct sample *own, size_t n, const struct sample *other, size_t m,
		       double *level)
{
	size_t k = 0, at = 0;
	double sum = 0;

	for (size_t i = 0; i < n; i++) {
		while (at + 1 < m && fabs((double)other[at + 1].at_ns - (double)own[i].at_ns) <=
					     fabs((double)other[at].at_ns - (double)own[i].at_ns))
			at++;
		sum += fabs(own[i].value);
		own[k++] = (struct sample){.at_ns = own[i].at_ns,
					   .value = own[i].value - other[at].value};
	}
	*level = n ? sum / (double)n : 0;
	return k;
}

static bool measure_gap(const struct series *caller, const struct series *callee,
			const struct period *p, struct course *out)
{
	struct sample *own, *other;
	size_t n = course_samples(caller, &own), m = course_samples(callee, &other);
	double level = 0;

	*out = (struct course){.series = caller, .is_gap = true, .class = METRIC_INTERNAL};
	set_place(out);
	if (n && m) {
		n = subtract(own, n, other, m, &level);
		out->known = shift_measure(own, n, p, HARM_RISE, GAP_FLOOR * level, &out->shift);
		if (out->known)
			find_record(out, own[out->shift.at].at_ns);
	}
	free(own);
	free(other);
	return out->known;
}

struct course *courses_measure(const struct telemetry *t, const struct incident *inc, size_t *n)
{
	struct period p = period_of(inc);
	struct course *out = mem_array(NULL, 2 * t->series.n + 1, sizeof *out);
	size_t k = 0, calls;

	for (const struct series *s = series_next(&t->series, NULL); s;
	     s = series_next(&t->series, s)) {
		if (!s->kind || s->kind->class == METRIC_IGNORED)
			continue;
		out[k] = (struct course){.series = s, .class = s->kind->class};
		set_place(&out[k]);
		if (out[k].class != METRIC_TRAFFIC)
			measure(&out[k], &p);
		k++;
	}
	calls = k;
	for (size_t i = 0; i < calls; i++) {
		const struct series *s = out[i].series;

		if (s->call.side != SIDE_CALLER || out[i].class != METRIC_EXTERNAL)
			continue;
		for (size_t j = 0; j < calls; j++)
			if (same_call(s, out[j].series)) {
				k += measure_gap(s, out[j].series, &p, &out[k]);
				break;
			}
	}
	*n = k;
	return out;
}
