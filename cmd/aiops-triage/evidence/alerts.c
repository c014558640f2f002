/*
 * Source: the ranking of causes that aiops-correlate made of the alerts; without one,
 * how many alerts each suspect has.
 */
#include "aiops-triage/evidence/source.h"
#include "aiops-triage/evidence/survey.h"
#include "aiops-triage/evidence/telemetry.h"
#include "aiops-triage/explain/suspect.h"

/* Weight, in the order of evidence, of what is quoted because it was ranked by. */
#define WEIGHT_CAUSE 2.0
/* Alerts of one place say where it hurts and rank nothing; of several, the more the better. */
#define PLACES_SCALE 1.0

static const struct member *member_of_record(const struct incident *inc, struct span id)
{
	for (size_t i = 0; i < inc->n_members; i++)
		if (span_eq(inc->members[i].id, id))
			return &inc->members[i];
	return NULL;
}

static void quote_record(struct suspects *ss, const struct sources *from, size_t row,
			 struct span id)
{
	const struct item *it = context_find(from->context, id);
	const struct member *m = it ? NULL : member_of_record(from->incident, id);
	struct evidence ev = {
		.kind = it ? it->kind : KIND_ALERT, .weight = WEIGHT_CAUSE, .signal = SIZE_MAX};

	if (m && m->name.len) {
		ev.record_id = from->incident->record_id;
		ev.quote = m->name;
	} else { /* a record that nobody has seen is counted as rejected */
		ev.record_id = id;
		ev.quote = it ? quote_around(item_headline(it), SPAN_NONE) : SPAN_NONE;
	}
	suspects_quote(ss, row, from, &ev);
}

static void take_cause(struct suspects *ss, const struct sources *from, const struct cause *c)
{
	size_t row = cause_row(ss, c->component);
	struct suspect *s = &ss->items[row];

	if (row == SUSPECT_NOWHERE)
		return;
	if (c->share > s->share) {
		s->share = c->share;
		s->ranked = c->component;
	}
	for (size_t i = 0; i < c->n_records; i++)
		quote_record(ss, from, row, c->records[i]);
}

/* Nobody ranked them: of each suspect that nothing is shown for yet, the first alert. */
static void quote_members(struct suspects *ss, const struct sources *from)
{
	for (size_t i = 0; i < from->incident->n_members; i++) {
		const struct member *m = &from->incident->members[i];
		const struct item *it = context_find(from->context, m->id);
		size_t row = suspects_find(ss, m->component);

		if (row == SUSPECT_NOWHERE)
			row = suspects_find(ss, m->service);
		if (row == SUSPECT_NOWHERE || ss->items[row].evidence.n)
			continue;
		if (it ? !m->name.len || item_contains(it, m->name) : m->name.len > 0)
			quote_record(ss, from, row, m->id);
	}
}

bool judge_alerts(const struct view *v, struct suspects *ss, double *scores)
{
	const struct incident *inc = v->incident;
	struct sources from = {.context = &v->telemetry->context, .incident = inc};
	double most_share = 0, most_alerts = 0, places = 0, trust;

	for (size_t i = 0; i < inc->n_causes; i++)
		take_cause(ss, &from, &inc->causes[i]);
	if (!inc->n_causes)
		quote_members(ss, &from);
	for (size_t i = 1; i < ss->n; i++) {
		const struct suspect *s = &ss->items[i];

		places += s->alerts > 0;
		most_share = s->share > most_share ? s->share : most_share;
		most_alerts = (double)s->alerts > most_alerts ? (double)s->alerts : most_alerts;
	}
	trust = places > 0 ? places / (places + PLACES_SCALE) : 1;
	for (size_t i = 1; i < ss->n; i++) {
		const struct suspect *s = &ss->items[i];

		if (most_share > 0)
			scores[i] = trust * s->share / most_share;
		else if (most_alerts > 0)
			scores[i] = trust * (double)s->alerts / most_alerts;
	}
	return most_share > 0 || most_alerts > 0;
}
