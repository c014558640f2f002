/*
 * What the stream says about an incident.
 */
#include "aiops-triage/evidence/survey.h"

#include "aiops-triage/evidence/change.h"

/* A record that names no place may belong to something else. */
#define FACTOR_NOWHERE 0.5
/* Weight, in the order of evidence, of what is quoted because correlate ranked by it. */
#define WEIGHT_CAUSE  2.0
#define WEIGHT_CHANGE 3.0

struct gathering {
	struct suspects *ss;
	struct context *context;
	struct sources sources;
	const struct incident *incident;
	struct survey out;
};

/* signal is SIZE_MAX if the quote bears out none. */
static void quote(struct gathering *g, size_t row, enum kind kind, struct span id, struct span text,
		  double weight, size_t signal)
{
	struct evidence ev = {
		.kind = kind, .record_id = id, .quote = text, .weight = weight, .signal = signal};

	(void)evidence_add(&g->ss->items[row].evidence, &g->sources,
			   &ev); /* the list counts what is not true */
}

/* The hits of a record speak on that row; the first record that shows a signal is quoted for it. */
static void speak(struct gathering *g, size_t row, const struct item *it, double factor)
{
	for (size_t i = 0; i < it->n_hits; i++) {
		const struct hit *h = &it->hits[i];
		double weight = g->ss->signatures->signals[h->signal].weight * factor;

		if (suspects_point(g->ss, row, h->signal, factor))
			quote(g, row, it->kind, it->fields[ITEM_ID],
			      quote_around(item_headline(it), h->covered), weight, h->signal);
	}
}

/* ---- alerts ---- */

/* Only the incident record tells of it: its name is what there is. */
static void speak_unseen(struct gathering *g, size_t row, const struct member *m)
{
	struct clue clue = {.kind = KIND_ALERT, .name = m->name};
	struct hit hits[HITS_PER_RECORD];
	size_t n = signatures_match(g->ss->signatures, &clue, hits);

	g->out.members_unseen++;
	for (size_t i = 0; i < n; i++)
		if (suspects_point(g->ss, row, hits[i].signal, 1))
			quote(g, row, KIND_ALERT, g->incident->record_id, m->name,
			      g->ss->signatures->signals[hits[i].signal].weight, hits[i].signal);
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
	speak(g, row, it, 1);
}

/* ---- ranked causes ---- */

static const struct member *member_of_record(const struct incident *inc, struct span id)
{
	for (size_t i = 0; i < inc->n_members; i++)
		if (span_eq(inc->members[i].id, id))
			return &inc->members[i];
	return NULL;
}

static void quote_cause_record(struct gathering *g, size_t row, struct span id)
{
	const struct item *it = context_find(g->context, id);
	const struct member *m = it ? NULL : member_of_record(g->incident, id);

	if (m && m->name.len)
		quote(g, row, KIND_ALERT, g->incident->record_id, m->name, WEIGHT_CAUSE, SIZE_MAX);
	else /* a record that nobody has seen is counted as rejected */
		quote(g, row, it ? it->kind : KIND_ALERT, id,
		      it ? quote_around(item_headline(it), SPAN_NONE) : SPAN_NONE, WEIGHT_CAUSE,
		      SIZE_MAX);
}

static void gather_cause(struct gathering *g, const struct cause *c)
{
	size_t row = suspects_find(g->ss, c->component);
	struct suspect *s;

	if (row == SUSPECT_NOWHERE)
		row = suspects_row(g->ss, c->component, SPAN_NONE);
	if (row == SUSPECT_NOWHERE)
		return;
	s = &g->ss->items[row];
	if (span_eq(c->component, s->service))
		s->whole_service = true;
	if (c->share > s->share)
		s->share = c->share;
	for (size_t i = 0; i < c->n_records; i++)
		quote_cause_record(g, row, c->records[i]);
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

/* Where a record belongs. False: to something outside of the incident. */
static bool locate(const struct gathering *g, const struct item *it, size_t *row, double *factor)
{
	struct span component = it->fields[ITEM_COMPONENT], service = it->fields[ITEM_SERVICE],
		    host = it->fields[ITEM_HOST];

	*factor = 1;
	*row = suspects_find(g->ss, component);
	if (*row == SUSPECT_NOWHERE)
		*row = suspects_find(g->ss, service);
	if (*row == SUSPECT_NOWHERE)
		*row = suspects_find(g->ss, host);
	if (*row != SUSPECT_NOWHERE || incident_has_place(g->incident, host))
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

		if (!in_time(g, it) || !locate(g, it, &row, &factor))
			continue;
		n++;
		item_match(it, g->ss->signatures);
		speak(g, row, it, factor);
	}
	return n;
}

/* ---- changes ---- */

static void gather_change(struct gathering *g, struct item *it)
{
	double score = change_score(it, g->incident->starts_ns,
				    change_rate(g->context, it, g->incident->starts_ns));
	struct suspect *s;
	double factor;
	size_t row;

	if (score <= 0)
		return;
	if (!locate(g, it, &row, &factor) || row == SUSPECT_NOWHERE) {
		g->out.changes_elsewhere++;
		return;
	}
	g->out.changes++;
	s = &g->ss->items[row];
	item_match(it, g->ss->signatures);
	speak(g, row, it, score);
	quote(g, row, KIND_CHANGE, it->fields[ITEM_ID], quote_around(item_headline(it), SPAN_NONE),
	      WEIGHT_CHANGE * score, SIZE_MAX);
	if (score > s->change) {
		s->change = score;
		s->changed = it;
		if (!it->fields[ITEM_COMPONENT].len)
			s->whole_service = true;
	}
}

struct survey survey(struct suspects *ss, struct context *c, const struct incident *inc)
{
	struct gathering g = {.ss = ss,
			      .context = c,
			      .sources = {.context = c, .incident = inc},
			      .incident = inc};
	struct item *it;

	for (size_t i = 0; i < inc->n_members; i++)
		gather_member(&g, &inc->members[i]);
	for (size_t i = 0; i < inc->n_causes; i++)
		gather_cause(&g, &inc->causes[i]);
	for (size_t i = 0; i < inc->n_services; i++)
		if (suspects_find(ss, inc->services[i]) == SUSPECT_NOWHERE)
			(void)suspects_row(ss, SPAN_NONE,
					   inc->services[i]); /* logs and changes may be of it */
	g.out.logs = gather_observations(&g, CONTEXT_LOGS);
	g.out.metrics = gather_observations(&g, CONTEXT_METRICS);
	for (size_t i = 0; inc->dated && (it = context_at(c, CONTEXT_CHANGES, i)); i++)
		gather_change(&g, it);
	return g.out;
}
