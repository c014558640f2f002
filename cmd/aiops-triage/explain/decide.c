/*
 * The answer to one incident.
 */
#include "aiops-triage/explain/decide.h"

#include <stdlib.h>

#include "aiops-triage/evidence/courses.h"
#include "aiops-triage/evidence/survey.h"
#include "aiops-triage/explain/hypothesis.h"
#include "aiops-triage/past/similar.h"
#include "base/mem.h"

#define QUESTION_BYTES (32u << 10)
/* Alerts of one name say no more to the text search than one of them. */
#define QUESTION_MEMBERS 100

/* ---- similar past incidents ---- */

static void add_words(struct buf *b, struct span s)
{
	buf_add_span(b, s);
	buf_add_char(b, ' ');
}

/* What is asked of the text index: names, places, and the quotes found so far. */
static void write_question(const struct incident *inc, const struct suspects *ss, struct buf *b)
{
	add_words(b, inc->title);
	for (size_t i = 0; i < inc->n_members && i < QUESTION_MEMBERS; i++) {
		add_words(b, inc->members[i].name);
		add_words(b, inc->members[i].component);
	}
	for (size_t i = 0; i < inc->n_services; i++)
		add_words(b, inc->services[i]);
	for (size_t i = 0; i < ss->n; i++)
		for (size_t k = 0; k < ss->items[i].evidence.n; k++)
			add_words(b, ss->items[i].evidence.items[k].quote);
}

/* A past incident speaks for the component that was its cause. */
static void credit_past(struct suspects *ss, const struct history *h, const struct match *m)
{
	size_t row = suspects_find(ss, past_text(&h->items[m->past], PAST_COMPONENT));

	if (row != SUSPECT_NOWHERE && m->score > ss->items[row].past) {
		ss->items[row].past = m->score;
		ss->items[row].past_index = m->past;
	}
}

static int find_similar(struct answer *a, const struct knowledge *k, const struct incident *inc,
			struct suspects *ss, struct err *e)
{
	struct buf text = BUF_INIT(QUESTION_BYTES);
	struct question q = {.id = inc->id,
			     .places = &inc->places,
			     .dated = inc->dated,
			     .at_ns = inc->starts_ns};
	struct match found[SIMILAR_MAX];
	size_t n = 0;
	int rc;

	write_question(inc, ss, &text);
	q.text = buf_span(&text);
	rc = similar_find(k->index, &k->history, &q, found, SIMILAR_MAX, &n, e);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		a->similar[a->n_similar++] = (struct neighbour){
			.past = &k->history.items[found[i].past], .score = found[i].score};
		credit_past(ss, &k->history, &found[i]);
	}
	buf_release(&text);
	return rc;
}

/* ---- runbook ---- */

static void fill_parameters(struct answer *a, const struct subject *s)
{
	const struct runbook *rb = a->runbook;

	a->parameters =
		mem_array(NULL, rb->n_parameters ? rb->n_parameters : 1, sizeof *a->parameters);
	for (size_t i = 0; i < rb->n_parameters; i++) {
		const struct parameter *p = &rb->parameters[i];
		struct span value = p->label.len ? subject_label(s, p->label) : SPAN_NONE;

		if (value.len && !parameter_takes(p, value))
			answer_unknown(
				a,
				"the runbook's parameter '%.60s': what the label says does not fit it",
				p->name.data);
		else if (value.len)
			a->parameters[a->n_parameters++] =
				(struct filled){.name = p->name, .value = value};
		else if (p->required && !p->has_default)
			answer_unknown(a, "the value of the runbook's parameter '%.60s'",
				       p->name.data);
	}
}

static int choose_runbook(struct answer *a, const struct knowledge *k, const struct incident *inc,
			  const struct context *c, struct err *e)
{
	const struct past *similar[SIMILAR_MAX];
	struct buf why = BUF_INIT(16u << 10);
	struct choosing how = {&k->runbooks, &k->shelf, inc, c, NULL, similar, a->n_similar};
	struct choice choice;
	int rc;

	if (a->fault < k->signatures.n)
		how.signature = &k->signatures.items[a->fault];
	for (size_t i = 0; i < a->n_similar; i++)
		similar[i] = a->similar[i].past;
	rc = choose(&how, &choice, &why, e);
	if (rc == 0 && choice.runbook) {
		a->runbook = choice.runbook;
		a->runbook_why = answer_keep(a, &why);
		fill_parameters(a, &choice.subject);
	}
	buf_release(&why);
	return rc;
}

/* ---- the rest ---- */

/*
 * Score of the severity: share of the members whose own severity is the incident's or
 * next to it. Members without one count against it.
 */
static void judge_severity(struct answer *a, const struct incident *inc)
{
	size_t near = 0;

	a->severity = inc->severity;
	for (size_t i = 0; i < inc->n_members; i++) {
		int distance = (int)inc->members[i].severity - (int)inc->severity;

		near += inc->members[i].severity != SEVERITY_UNKNOWN && distance >= -1 &&
			distance <= 1;
	}
	if (inc->severity != SEVERITY_UNKNOWN && inc->n_members)
		a->severity_score = (double)near / (double)inc->n_members;
}

static void choose_first_action(struct answer *a, const struct incident *inc)
{
	struct buf b = BUF_INIT(16u << 10);

	if (!a->n_hypotheses)
		return;
	if (a->hypotheses[0].fault != NO_CLASS) {
		a->first_action = a->signatures->items[a->hypotheses[0].fault].first_action;
		return;
	}
	buf_add_cstr(&b, "read the first errors in the log of ");
	buf_add_span(&b, a->hypotheses[0].component);
	if (inc->dated) {
		buf_add_cstr(&b, " from ");
		instant_add(&b, instant_from_ns(inc->starts_ns));
		buf_add_cstr(&b, " on");
	}
	buf_add_cstr(&b, ", and what changed before them");
	a->first_action = answer_keep(a, &b);
}

static void tell_unknown_input(struct answer *a, const struct incident *inc, const struct survey *g)
{
	if (!inc->n_members)
		answer_unknown(a, "which alerts belong to it: the incident has no members");
	if (!inc->n_causes)
		answer_unknown(
			a, "a ranking of causes: the incident has none, so the number of alerts "
			   "stands in");
	if (!inc->dated)
		answer_unknown(
			a, "when it began, so neither changes nor the time of logs were looked at");
	if (g->members_unseen)
		answer_unknown(a, "the records of %zu of %zu alerts: not in the input",
			       g->members_unseen, inc->n_members);
	if (inc->omitted)
		answer_unknown(a, "%zu more alerts: not listed in the incident", inc->omitted);
	if (!g->logs)
		answer_unknown(a, "logs: none from its components around it");
	if (!g->metrics)
		answer_unknown(a, "metrics: none from its components around it");
	if (inc->dated && !g->changes)
		answer_unknown(a, "changes: none on its components in the 2h before");
	if (g->changes_elsewhere)
		answer_unknown(
			a, "whether the %zu change%s of other components in the 2h before matter%s",
			g->changes_elsewhere, g->changes_elsewhere == 1 ? "" : "s",
			g->changes_elsewhere == 1 ? "s" : "");
}

static void tell_unknown_knowledge(struct answer *a, const struct knowledge *k)
{
	if (a->fault == NO_CLASS)
		answer_unknown(a, "the kind of fault: no signature matches");
	if (!k->has_history)
		answer_unknown(a, "past incidents: none were given (--history)");
	else if (!a->n_similar)
		answer_unknown(a, "a similar past incident: none of %zu is",
			       index_documents(k->index));
	if (!k->has_runbooks)
		answer_unknown(a, "runbooks: none were given (--runbooks)");
	else if (!a->runbook)
		answer_unknown(a, "a runbook: none of %zu fits", k->runbooks.n);
}

/* ---- evidence ---- */

static void judge(struct suspects *ss, const struct view *v, enum source_id k)
{
	ss->present[k] = evidence_sources[k].judge(v, ss, ss->scores[k]);
}

/* All sources, the past one last: what the others quote is what it searches by. */
static int gather(struct answer *a, const struct knowledge *k, struct view *v, struct suspects *ss,
		  struct err *e)
{
	size_t *parents = telemetry_parents(v->telemetry);
	bool *reach;
	struct course *courses = NULL;
	int rc = 0;

	telemetry_link_calls(v->telemetry, parents);
	reach = telemetry_reach(v->telemetry, v->incident);
	if (v->incident->dated)
		courses = courses_measure(v->telemetry, v->incident, &v->n_courses);
	v->parents = parents;
	v->reach = reach;
	v->courses = courses;
	for (int i = 0; i < SOURCE_PAST; i++)
		judge(ss, v, (enum source_id)i);
	if (k->index)
		rc = find_similar(a, k, v->incident, ss, e);
	judge(ss, v, SOURCE_PAST);
	free(parents);
	free(reach);
	free(courses);
	return rc;
}

int decide(struct answer *a, const struct knowledge *k, struct telemetry *t,
	   const struct incident *inc, int64_t index_age_s, struct err *e)
{
	struct suspects ss;
	struct survey g;
	struct view v = {.telemetry = t, .incident = inc, .survey = &g};
	int rc;

	a->signatures = &k->signatures;
	a->index_age_s = index_age_s;
	suspects_init(&ss, &k->signatures);
	g = survey(&ss, &t->context, inc);
	rc = gather(a, k, &v, &ss, e);
	if (rc == 0) {
		hypotheses_fuse(a, &ss, inc, &k->history, &k->weights);
		judge_severity(a, inc);
		choose_first_action(a, inc);
		rc = choose_runbook(a, k, inc, &t->context, e);
		tell_unknown_input(a, inc, &g);
		tell_unknown_knowledge(a, k);
	}
	suspects_release(&ss);
	return rc;
}
