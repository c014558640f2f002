/*
 * Source: what was changed shortly before the onset.
 */
#include "aiops-triage/evidence/change.h"
#include "aiops-triage/evidence/source.h"
#include "aiops-triage/evidence/survey.h"
#include "aiops-triage/evidence/telemetry.h"
#include "aiops-triage/explain/suspect.h"

/* Weight, in the order of evidence, of a change just before the onset. */
#define WEIGHT_CHANGE 3.0

static void quote_change(struct suspects *ss, const struct sources *from, size_t row,
			 const struct item *it, double score)
{
	struct evidence ev = {
		.kind = KIND_CHANGE,
		.record_id = it->fields[ITEM_ID],
		.quote = quote_around(item_headline(it), SPAN_NONE),
		.weight = WEIGHT_CHANGE * score,
		.signal = SIZE_MAX,
	};

	suspects_quote(ss, row, from, &ev);
}

/* Where it was changed: a suspect, or a place that the incident depends on. */
static size_t row_of_change(const struct view *v, struct suspects *ss, const struct item *it)
{
	double factor;
	size_t row;

	if (survey_locate(ss, v->incident, it, &row, &factor) && row != SUSPECT_NOWHERE)
		return row;
	if (!v->reach || !view_reaches(v, it->fields[ITEM_COMPONENT], it->fields[ITEM_SERVICE]))
		return SUSPECT_NOWHERE;
	return suspects_row(ss, it->fields[ITEM_COMPONENT], it->fields[ITEM_SERVICE]);
}

static void take_change(const struct view *v, struct suspects *ss, struct item *it, double *scores)
{
	int64_t onset_ns = v->incident->starts_ns;
	double score =
		change_score(it, onset_ns, change_rate(&v->telemetry->context, it, onset_ns));
	struct sources from = {.context = &v->telemetry->context, .incident = v->incident};
	struct suspect *s;
	size_t row;

	if (score <= 0)
		return;
	row = row_of_change(v, ss, it);
	if (row == SUSPECT_NOWHERE) {
		v->survey->changes_elsewhere++;
		return;
	}
	v->survey->changes++;
	s = &ss->items[row];
	item_match(it, ss->signatures);
	survey_speak(ss, &from, row, it, score);
	quote_change(ss, &from, row, it, score);
	if (score > s->change) {
		s->change = scores[row] = score;
		s->changed = it;
		if (!it->fields[ITEM_COMPONENT].len ||
		    span_eq(it->fields[ITEM_COMPONENT], s->service))
			s->whole_service = s->as_a_whole = true;
	}
}

bool judge_changes(const struct view *v, struct suspects *ss, double *scores)
{
	struct item *it;

	for (size_t i = 0;
	     v->incident->dated && (it = context_at(&v->telemetry->context, CONTEXT_CHANGES, i));
	     i++)
		take_change(v, ss, it, scores);
	return v->survey->changes > 0;
}
