/*
 * Source: messages in logs that are new, or come more often than before.
 *
 *   new      0.8 n / (n + 5) of n lines of a template that was not there before, of a place
 *            whose log was
 *   surge    (n - e) / sqrt(e + 1) of n lines where the rate before lets expect e, from
 *            SURGE_LEAST on; x / (x + SURGE_SCALE)
 *
 * Half of it if the lines say of themselves that they are no warnings.
 */
#include <math.h>

#include "aiops-triage/evidence/source.h"
#include "aiops-triage/evidence/survey.h"
#include "aiops-triage/evidence/telemetry.h"
#include "aiops-triage/explain/suspect.h"

#define NEW_MOST    0.8
#define NEW_SCALE   5.0
#define SURGE_LEAST 3.0
#define SURGE_SCALE 10.0
#define QUIET       0.5
/* A log must have been there for so many minutes before that absence means something. */
#define KNOWN_MIN  5
#define BEFORE_MIN 60
#define AFTER_MIN  10
/* Weight, in the order of evidence, of a message of full score. */
#define WEIGHT_LOG 4.0

struct found {
	double score;
	const struct log_minute *minute; /* whose record is quoted */
};

static int64_t minute_of(int64_t at_ns)
{
	return at_ns / (60 * NS_PER_S) - (at_ns % (60 * NS_PER_S) < 0);
}

static struct found judge_rate(const struct view *v, const struct log_rate *l)
{
	int64_t onset = minute_of(v->incident->starts_ns);
	int64_t last = minute_of(v->incident->last_ns), until = last > onset ? last : onset;
	int64_t known = onset - 1 - minute_of(v->telemetry->logs.first_ns);
	double before = 0, during = 0, expected, x;
	struct found f = {0};
	const struct log_minute *m;

	if (until > onset + AFTER_MIN)
		until = onset + AFTER_MIN;
	known = known > BEFORE_MIN ? BEFORE_MIN : known;
	for (size_t i = 0; (m = log_rate_at(l, i)); i++) {
		if (m->minute >= onset - 1 && m->minute <= until + 1) {
			during += m->count;
			if (!f.minute || m->count > f.minute->count)
				f.minute = m;
		} else if (m->minute < onset - 1 && m->minute >= onset - 1 - BEFORE_MIN) {
			before += m->count;
		}
	}
	if (known < KNOWN_MIN || !f.minute)
		return (struct found){0};
	expected = before * (double)(until + 3 - onset) / (double)known;
	x = (during - expected) / sqrt(expected + 1);
	if (before <= 0)
		f.score = NEW_MOST * during / (during + NEW_SCALE);
	else if (x >= SURGE_LEAST)
		f.score = x / (x + SURGE_SCALE);
	if (l->severity < SEVERITY_MEDIUM)
		f.score *= QUIET;
	return f;
}

static size_t row_of(const struct view *v, struct suspects *ss, const struct log_rate *l)
{
	size_t row = suspects_find(ss, l->component);

	if (row == SUSPECT_NOWHERE)
		row = suspects_find(ss, l->service);
	if (row == SUSPECT_NOWHERE && (l->component.len || l->service.len) &&
	    view_reaches(v, l->component, l->service))
		row = suspects_row(ss, l->component, l->service);
	return row;
}

static void quote_message(const struct view *v, struct suspects *ss, size_t row,
			  const struct found *f)
{
	struct sources from = {.context = &v->telemetry->context, .incident = v->incident};
	const struct item *it = context_find(from.context, span_cstr(f->minute->id));
	struct evidence ev = {
		.kind = KIND_LOG, .weight = WEIGHT_LOG * f->score, .signal = SIZE_MAX};

	if (!it) /* too many came after it */
		return;
	ev.record_id = it->fields[ITEM_ID];
	ev.quote = quote_around(item_headline(it), SPAN_NONE);
	suspects_quote(ss, row, &from, &ev);
}

bool judge_logs(const struct view *v, struct suspects *ss, double *scores)
{
	bool any = false;

	if (!v->incident->dated)
		return false;
	for (const struct log_rate *l = log_rates_next(&v->telemetry->logs, NULL); l;
	     l = log_rates_next(&v->telemetry->logs, l)) {
		struct found f = judge_rate(v, l);
		size_t row = f.score > 0 ? row_of(v, ss, l) : SUSPECT_NOWHERE;

		if (row == SUSPECT_NOWHERE)
			continue;
		quote_message(v, ss, row, &f);
		if (f.score > scores[row])
			scores[row] = f.score;
		any = true;
	}
	source_percentiles(scores, ss->n);
	return any;
}
