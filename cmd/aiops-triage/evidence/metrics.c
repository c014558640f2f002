/*
 * Source: which suspect's metrics moved when the incident began.
 *
 * A cause shows in what it has for itself (processor, memory, disk, sockets, queue)
 * and in what others feel of it (latency, errors); a victim only in the latter. So a suspect
 * counts by the smaller of the two (PRISM, arXiv 2601.21359), and where only one class is
 * measured at all, by that.
 */
#include <math.h>
#include <stdlib.h>

#include "aiops-triage/evidence/courses.h"
#include "aiops-triage/evidence/source.h"
#include "aiops-triage/evidence/survey.h"
#include "aiops-triage/explain/suspect.h"
#include "base/mem.h"

/* Weight, in the order of evidence, of a metric that moved; times ln(1 + spreads). */
#define WEIGHT_METRIC 1.0
#define WEIGHT_MOST   4.0
/* A suspect of which only one class is measured while others have both: how far that goes. */
#define HALF_KNOWN 0.3
/* How much each counts by itself, beside the smaller: a cause may not be felt yet, and suspects
 * that moved alike are told apart. */
#define INTERNAL_PART 0.3
#define EXTERNAL_PART 0.1
/* Points for a class when a metric of its moved, times ln(1 + spreads); and at most. */
#define SPEAK      1.0
#define SPEAK_MOST 4.0

/* ln(1 + spreads) at which a rank counts half. */
#define STRENGTH_SCALE 1.0

struct row_courses {
	bool has[2];                  /* internal, external: something was measured */
	double best[2];               /* largest shift, in usual spreads */
	const struct course *show[2]; /* that one, if it moved */
};

static size_t side_of(const struct course *c)
{
	return c->class == METRIC_EXTERNAL;
}

/* Its row; one that moved makes itself a suspect if it may have to do with the incident. */
static size_t row_of(const struct view *v, struct suspects *ss, const struct course *c)
{
	size_t row = suspects_find(ss, c->component);

	if (row == SUSPECT_NOWHERE)
		row = suspects_find(ss, c->service);
	if (row == SUSPECT_NOWHERE && !c->component.len && !c->service.len)
		row = suspects_find(ss, c->host); /* nowhere if that is not known either */
	if (row != SUSPECT_NOWHERE || !course_moved(c) ||
	    !view_reaches(v, c->component, c->service))
		return row;
	if (!c->component.len && !c->service.len)
		return suspects_row(ss, c->host, SPAN_NONE);
	return suspects_row(ss, c->component, c->service);
}

static void take(struct row_courses *rc, const struct course *c)
{
	size_t side = side_of(c);

	rc->has[side] = true;
	if (c->shift.score > rc->best[side]) {
		rc->best[side] = c->shift.score;
		rc->show[side] = course_moved(c) ? c : NULL;
	}
}

static void quote_course(struct suspects *ss, const struct sources *from, size_t row,
			 const struct course *c)
{
	struct evidence ev = {
		.kind = KIND_METRIC,
		.record_id = c->record_id,
		.quote = c->series->name,
		.weight = fmin(WEIGHT_MOST, WEIGHT_METRIC * log1p(c->shift.score)),
		.signal = SIZE_MAX,
		.series = c->series,
		.value = c->value,
		.normal = c->shift.normal,
	};

	if (c->record_id.len)
		suspects_quote(ss, row, from, &ev);
}

static void speak(struct suspects *ss, size_t row, const struct course *c)
{
	struct span fault = c->is_gap ? SPAN("network") : c->series->kind->fault;

	for (size_t i = 0; i < ss->signatures->n; i++)
		if (fault.len && span_eq(ss->signatures->items[i].id, fault))
			suspects_speak(ss, row, i, fmin(SPEAK_MOST, SPEAK * log1p(c->shift.score)));
}

static double combine(const struct row_courses *rc, const bool any[2])
{
	double a = rc->show[0] ? rc->best[0] : 0, b = rc->show[1] ? rc->best[1] : 0;

	if (!any[0] || !any[1]) /* one class is all there is */
		return log1p(a + b);
	if (!rc->has[0] || !rc->has[1])
		return HALF_KNOWN * log1p(a + b);
	return log1p(fmin(a, b)) + INTERNAL_PART * log1p(a) + EXTERNAL_PART * log1p(b);
}

/* Ranks, each by how far it moved at all: the first of those that hardly did is not certain. */
static void weigh(double *scores, size_t n)
{
	double *strength = mem_array(NULL, n, sizeof *strength);

	for (size_t i = 0; i < n; i++)
		strength[i] = scores[i] / (scores[i] + STRENGTH_SCALE);
	source_percentiles(scores, n);
	for (size_t i = 0; i < n; i++)
		scores[i] *= strength[i];
	free(strength);
}

bool judge_metrics(const struct view *v, struct suspects *ss, double *scores)
{
	struct sources from = {.context = &v->telemetry->context, .incident = v->incident};
	struct row_courses *rows = mem_zalloc(SUSPECTS_MAX * sizeof *rows);
	bool any[2] = {false, false}, moved = false;

	for (size_t i = 0; i < v->n_courses; i++) {
		const struct course *c = &v->courses[i];
		size_t row = c->known ? row_of(v, ss, c) : SUSPECT_NOWHERE;

		if (row == SUSPECT_NOWHERE)
			continue;
		take(&rows[row], c);
		if (course_moved(c))
			speak(ss, row, c);
		any[side_of(c)] = true;
	}
	for (size_t row = 1; row < ss->n; row++) {
		scores[row] = combine(&rows[row], any);
		moved = moved || scores[row] > 0;
		for (size_t side = 0; side < 2; side++)
			if (rows[row].show[side])
				quote_course(ss, &from, row, rows[row].show[side]);
	}
	weigh(scores, ss->n);
	free(rows);
	return moved;
}
