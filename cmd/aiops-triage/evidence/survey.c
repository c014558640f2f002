/*
 * What the stream says about an incident.
 */
#include "aiops-triage/evidence/survey.h"

/* A record that names no place may belong to something else. */
#define FACTOR_NOWHERE 0.5

struct gathering {
	struct suspects *ss;
	struct context *context;
	struct sources sources;
	const struct incident *incident;
	struct survey out;
};

void survey_speak(struct suspects *ss, const struct sources *from, size_t row,
		  const struct item *it, double factor)
{
	for (size_t i = 0; i < it->n_hits; i++) {
		const struct hit *h = &it->hits[i];
		struct evidence ev = {
			.kind = it->kind,
			.record_id = it->fields[ITEM_ID],
			.quote = quote_around(item_headline(it), h->covered),
			.weight = ss->signatures->signals[h->signal].weight * factor,
			.signal = h->signal,
		};

		if (suspects_point(ss, row, h->signal, factor))
			suspects_quote(ss, row, from, &ev);
	}
}

size_t cause_row(struct suspects *ss, struct span component)
{
	size_t row = suspects_find(ss, component);

	if (row == SUSPECT_NOWHERE)
		row = suspects_row(ss, component, SPAN_NONE);
	if (row != SUSPECT_NOWHERE && span_eq(component, ss->items[row].service))
		ss->items[row].whole_service = true;
	return row;
}

/* ---- alerts ---- */

/* Only the incident record tells of it: its name is what there is. */
static void speak_unseen(struct gathering *g, size_t row, const struct member *m)
{
	struct clue clue = {.kind = KIND_ALERT, .name = m->name};
	struct hit hits[HITS_PER_RECORD];
	size_t n = signatures_match(g->ss->signatures, &clue, hits);

	g->out.members_unseen++;
	for (size_t i = 0; i < n; i++) {
		struct evidence ev = {
			.kind = KIND_ALERT,
			.record_id = g->incident->record_id,
			.quote = m->name,
			.weight = g->ss->signatures->signals[hits[i].signal].weight,
			.signal = hits[i].signal,
		};

		if (suspects_point(g->ss, row, hits[i].signal, 1))
			suspects_quote(g->ss, row, &g->sources, &ev);
	}
}

static void gather_member(struct gathering *g, const struct member *m)
{
	struct item *it = context_find(g->context, m->id);
	struct span service = m->service.len || !it ? m->service : it->fields[ITEM_SERVICE];
	size_t row = suspects_row(g->ss, m->component, service);
	struct suspect *s = &g->ss->items[row];

	s->alerts++;
	if (m->onset_ns < s->onset_ns)
		s->onset_ns = m->onset_ns;
	if (!it) {
		speak_unseen(g, row, m);
		return;
	}
	if (m->name.len && !item_contains(it, m->name)) {
		s->evidence.rejected++; /* the incident says of the record what the record does not
					   say */
		return;
	}
	item_match(it, g->ss->signatures);
	survey_speak(g->ss, &g->sources, row, it, 1);
}

/* ---- logs and metrics ---- */

static bool in_time(const struct gathering *g, const struct item *it)
{
	const struct incident *inc = g->incident;

	if (!inc->dated)
		return true;
	return (double)it->at_ns >= (double)inc->starts_ns - (double)LOGS_BEFORE_NS &&
	       (double)it->at_ns <= (double)inc->last_ns + (double)LOGS_AFTER_NS;
}

bool survey_locate(const struct suspects *ss, const struct incident *inc, const struct item *it,
		   size_t *row, double *factor)
{
	struct span component = it->fields[ITEM_COMPONENT], service = it->fields[ITEM_SERVICE],
		    host = it->fields[ITEM_HOST];

	*factor = 1;
	*row = suspects_find(ss, component);
	if (*row == SUSPECT_NOWHERE)
		*row = suspects_find(ss, service);
	if (*row == SUSPECT_NOWHERE)
		*row = suspects_find(ss, host);
	if (*row != SUSPECT_NOWHERE || incident_has_place(inc, host))
		return true;
	*factor = FACTOR_NOWHERE;
	return !component.len && !service.len && !host.len;
}

static size_t gather_observations(struct gathering *g, enum context_kind kind)
{
	struct item *it;
	size_t n = 0;

	for (size_t i = 0; (it = context_at(g->context, kind, i)); i++) {
		double factor;
		size_t row;

		if (!in_time(g, it) || !survey_locate(g->ss, g->incident, it, &row, &factor))
			continue;
		n++;
		item_match(it, g->ss->signatures);
		survey_speak(g->ss, &g->sources, row, it, factor);
	}
	return n;
}

/* ---- all of it ---- */

struct survey survey(struct suspects *ss, struct context *c, const struct incident *inc)
{
	struct gathering g = {.ss = ss,
			      .context = c,
			      .sources = {.context = c, .incident = inc},
			      .incident = inc};

	for (size_t i = 0; i < inc->n_members; i++)
		gather_member(&g, &inc->members[i]);
	for (size_t i = 0; i < inc->n_causes; i++)
		(void)cause_row(ss, inc->causes[i].component); /* made if need be */
	for (size_t i = 0; i < inc->n_services; i++)
		if (suspects_find(ss, inc->services[i]) == SUSPECT_NOWHERE)
			(void)suspects_row(ss, SPAN_NONE,
					   inc->services[i]); /* logs and changes may be of it */
	g.out.logs = gather_observations(&g, CONTEXT_LOGS);
	g.out.metrics = gather_observations(&g, CONTEXT_METRICS);
	return g.out;
}
