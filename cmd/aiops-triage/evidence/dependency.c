/*
 * Source "graph": who depends on whom, and how much of the harm each explains.
 *
 * A call graph is walked from where it hurts. Of each node it is known how much
 * worse its latency, or its failures, got than before; weighed by its
 * traffic, where that is measured, that is the time lost, or the requests
 * failed, there. What a node lost beside its callees' losses is its own: as
 * self time of spans, but from metrics. So a busy dependency that moved a little is told
 * from one that moved a lot and is hardly asked. Only nodes that moved
 * themselves are walked through (the traversal of PetShop's reference,
 * arXiv 2311.04806, has the same gate).
 */
#include <math.h>
#include <stdlib.h>

#include "aiops-triage/evidence/courses.h"
#include "aiops-triage/evidence/source.h"
#include "aiops-triage/evidence/survey.h"
#include "aiops-triage/explain/suspect.h"
#include "base/mem.h"

/* What explains less of the harm than this is not walked to. */
#define SHARE_LEAST 0.1
/* Where percentiles are compared, or nobody counted the calls: a request may call so often, and so
 * much of what the caller lost may be a callee's. Chosen on Nezha's shared day. */
#define CALLS_EACH 3.0
/* Of the target's largest excess: at these times it is compared. */
#define HOT_PART 0.5
#define HOT_MAX  256
/* Weight, in the order of evidence, of the metric that it was found by. */
#define WEIGHT_FOUND 3.0

enum harm_group { HARM_LATENCY, HARM_FAILURES, HARM_GROUPS };

/* What is known of a node for one group. */
struct node_harm {
	const struct course *course;  /* the best statistic of its own */
	const struct course *caller;  /* as its caller that suffers most has it */
	const struct course *traffic; /* requests */
	double share;                 /* of the target's excess */
	bool adds_up;                 /* means weighed by traffic: shares may be subtracted */
	bool walked;
	size_t depth; /* calls from the target */
};

struct walk {
	const struct view *view;
	struct suspects *ss;
	double *scores;
	enum harm_group group;
	struct node_harm *nodes; /* by graph node */
	int64_t hot[HOT_MAX];    /* times of the target's excess */
	size_t n_hot;
	int *queue;
};

static bool of_group(const struct course *c, enum harm_group group)
{
	bool latency = span_is(c->series->kind->id, "latency");

	return c->class == METRIC_EXTERNAL && c->known && latency == (group == HARM_LATENCY);
}

/* Replicas are folded into their service: calls are told of that. */
static int node_of(const struct view *v, const struct course *c)
{
	const struct graph *g = &v->telemetry->graph;
	int node = graph_find(g, c->component);

	return graph_service(g, node >= 0 ? node : graph_find(g, c->service));
}

/* A mean tells of volume; else the lower percentile. */
static void prefer(const struct course **best, const struct course *c)
{
	if (!*best || c->series->statistic < (*best)->series->statistic ||
	    (!(c->series->statistic > (*best)->series->statistic) &&
	     c->shift.score > (*best)->shift.score))
		*best = c;
}

static void collect(struct walk *w)
{
	for (size_t i = 0; i < w->view->n_courses; i++) {
		const struct course *c = &w->view->courses[i];
		int node = node_of(w->view, c);

		if (node < 0 || c->is_gap)
			continue;
		if (c->class == METRIC_TRAFFIC && !w->nodes[node].traffic)
			w->nodes[node].traffic = c;
		if (!of_group(c, w->group))
			continue;
		prefer(c->series->call.side == SIDE_CALLER ? &w->nodes[node].caller
							   : &w->nodes[node].course,
		       c);
	}
}

/* ---- excess ---- */

static double worse_by(const struct course *c, double value)
{
	double d = value - c->shift.normal;

	return fmax(0, c->series->kind->harm == HARM_FALL ? -d : d);
}

/* A share of 100 is brought to 1. */
static double in_parts(const struct course *c, double worse)
{
	return c->series->kind->share && c->shift.normal > 1.5 ? worse / 100 : worse;
}

/* The sample nearest to a time, if it is within a cadence. */
static bool value_at(const struct sample *s, size_t n, int64_t at_ns, int64_t cadence_ns,
		     double *out)
{
	size_t best = n;

	for (size_t i = 0; i < n; i++)
		if (best == n || llabs(s[i].at_ns - at_ns) < llabs(s[best].at_ns - at_ns))
			best = i;
	if (best == n || llabs(s[best].at_ns - at_ns) > cadence_ns)
		return false;
	*out = s[best].value;
	return true;
}

/* Over the hot times: harm each time, times the traffic if it is given. */
static double excess(const struct walk *w, const struct course *c, const struct course *traffic)
{
	struct sample *values, *requests = NULL;
	size_t n = course_samples(c->series, &values), m = 0;
	double sum = 0;
	int64_t cadence = shift_times(values, n, &(struct period){0}).cadence_ns;

	if (traffic)
		m = course_samples(traffic->series, &requests);
	for (size_t i = 0; i < w->n_hot; i++) {
		double value, volume = 1;

		if (!value_at(values, n, w->hot[i], cadence, &value) ||
		    (traffic && !value_at(requests, m, w->hot[i], cadence, &volume)))
			continue;
		sum += in_parts(c, worse_by(c, value)) * fmax(0, volume);
	}
	free(values);
	free(requests);
	return sum;
}

static void find_hot(struct walk *w, const struct course *target)
{
	struct period p = {.onset_ns = w->view->incident->starts_ns,
			   .last_ns = w->view->incident->last_ns};
	struct sample *s;
	size_t n = course_samples(target->series, &s);
	struct spans_of_time t = shift_times(s, n, &p);
	double most = 0;

	w->n_hot = 0;
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < n; i++) {
			double d = worse_by(target, s[i].value);

			if (s[i].at_ns <= t.abnormal_from || s[i].at_ns > t.abnormal_until)
				continue;
			if (pass == 0)
				most = fmax(most, d);
			else if (d > 0 && d >= HOT_PART * most && w->n_hot < HOT_MAX)
				w->hot[w->n_hot++] = s[i].at_ns;
		}
	free(s);
}

/* ---- walking ---- */

static bool is_mean(const struct course *c)
{
	return !(c->series->statistic > STATISTIC_MEAN);
}

static double share_of(const struct walk *w, const struct node_harm *target, struct node_harm *h)
{
	const struct course *views[] = {h->course, h->caller};
	double best = 0;

	for (size_t i = 0; i < 2; i++) {
		bool volume = h->traffic && target->traffic;
		double all, own;

		if (!views[i] || !course_moved(views[i]))
			continue;
		all = excess(w, target->course, volume ? target->traffic : NULL);
		own = excess(w, views[i], volume ? h->traffic : NULL);
		if (all > 0 && own / all > best) {
			best = own / all;
			h->adds_up = volume && is_mean(views[i]) && is_mean(target->course);
		}
	}
	return best;
}

static void quote_node(struct walk *w, size_t row, const struct node_harm *h)
{
	struct sources from = {.context = &w->view->telemetry->context,
			       .incident = w->view->incident};
	const struct course *c = h->course && course_moved(h->course) ? h->course : h->caller;
	struct evidence ev = {.kind = KIND_METRIC, .weight = WEIGHT_FOUND, .signal = SIZE_MAX};

	if (!c || !c->record_id.len)
		return;
	ev.record_id = c->record_id;
	ev.quote = c->series->name;
	ev.series = c->series;
	ev.value = c->value;
	ev.normal = c->shift.normal;
	suspects_quote(w->ss, row, &from, &ev);
}

static bool depends_on(const struct graph *g, int node, int other)
{
	for (size_t i = 0; i < g->nodes[node].n_deps; i++)
		if (g->nodes[node].deps[i] == other)
			return true;
	return false;
}

/* In a circle only what is farther from the target explains what is nearer. */
static bool explains(const struct walk *w, int node, int callee)
{
	const struct node_harm *a = &w->nodes[node], *b = &w->nodes[callee];

	if (!b->walked || b->depth < a->depth)
		return false;
	return b->depth > a->depth || !depends_on(&w->view->telemetry->graph, callee, node);
}

/* What it lost beside its callees' losses. */
static double own_part(const struct walk *w, int node)
{
	const struct graph_node *g = &w->view->telemetry->graph.nodes[node];
	double own = fmin(1, w->nodes[node].share);

	for (size_t i = 0; i < g->n_deps; i++) {
		const struct node_harm *h = &w->nodes[g->deps[i]];

		if (explains(w, node, g->deps[i]))
			own -= (h->adds_up ? 1 : CALLS_EACH) * fmin(1, h->share);
	}
	return fmax(0, own);
}

static void credit(struct walk *w, int node)
{
	const struct graph *g = &w->view->telemetry->graph;
	double own = own_part(w, node);
	size_t row;

	if (own <= 0)
		return;
	row = suspects_row(w->ss, g->nodes[node].id, g->nodes[graph_service(g, node)].id);
	if (row == SUSPECT_NOWHERE)
		return;
	if (own > w->scores[row])
		w->scores[row] = own;
	quote_node(w, row, &w->nodes[node]);
}

static void walk_from(struct walk *w, int target)
{
	const struct graph *g = &w->view->telemetry->graph;
	size_t n = 0;

	for (size_t i = 0; i < g->n; i++) {
		w->nodes[i].walked = false;
		w->nodes[i].share = 0;
	}
	w->nodes[target].walked = true;
	w->nodes[target].share = 1;
	w->nodes[target].depth = 0;
	w->queue[n++] = target;
	for (size_t at = 0; at < n; at++) {
		const struct graph_node *node = &g->nodes[w->queue[at]];

		for (size_t i = 0; i < node->n_deps; i++) {
			struct node_harm *h = &w->nodes[node->deps[i]];

			if (h->walked)
				continue;
			h->share = share_of(w, &w->nodes[target], h);
			if (h->share < SHARE_LEAST)
				continue;
			h->walked = true;
			h->depth = w->nodes[w->queue[at]].depth + 1;
			w->queue[n++] = node->deps[i];
		}
	}
	/* that the harm is the target's own is only said if it clearly moved */
	for (size_t at = course_moved(w->nodes[target].course) ? 0 : 1; at < n; at++)
		credit(w, w->queue[at]);
}

/* Whether the incident's alerts are of this group, by their names; true if none says. */
static bool group_is_meant(const struct view *v, enum harm_group group)
{
	bool said = false;

	for (size_t i = 0; i < v->incident->n_members; i++) {
		const struct metric_kind *k =
			kinds_find(&v->telemetry->kinds, v->incident->members[i].name);

		if (!k || k->class != METRIC_EXTERNAL)
			continue;
		if (span_is(k->id, "latency") == (group == HARM_LATENCY))
			return true;
		said = true;
	}
	return !said;
}

static void walk_group(struct walk *w)
{
	const struct view *v = w->view;
	const struct graph *g = &v->telemetry->graph;

	for (size_t i = 0; i < g->n; i++)
		w->nodes[i] = (struct node_harm){.course = NULL};
	collect(w);
	for (size_t i = 0; i < g->n; i++) {
		const struct course *c = w->nodes[i].course;

		/* that it hurts there is what the incident says, moved far or not */
		if (!c || !incident_has_place(v->incident, g->nodes[i].id))
			continue;
		find_hot(w, c);
		if (w->n_hot)
			walk_from(w, (int)i);
	}
}

/* In parts of the largest, or of a third if even that is less; false if there is none. */
static bool to_the_best(double *scores, size_t n)
{
	double most = 0;

	for (size_t i = 0; i < n; i++)
		most = fmax(most, scores[i]);
	for (size_t i = 0; most > 0 && i < n; i++)
		scores[i] /= fmax(most, 1 / CALLS_EACH);
	return most > 0;
}

bool judge_graph(const struct view *v, struct suspects *ss, double *scores)
{
	size_t n = v->telemetry->graph.n;
	struct walk w = {.view = v, .ss = ss, .scores = scores};
	bool any = false;

	if (!v->reach || !v->n_courses)
		return false;
	w.nodes = mem_zalloc((n + 1) * sizeof *w.nodes);
	w.queue = mem_array(NULL, n + 1, sizeof *w.queue);
	/* what the alerts are of first; if that explains nothing, the other */
	for (int meant = 1; meant >= 0 && !any; meant--) {
		for (int group = 0; group < HARM_GROUPS; group++)
			if (group_is_meant(v, (enum harm_group)group) == meant) {
				w.group = (enum harm_group)group;
				walk_group(&w);
			}
		any = to_the_best(scores, ss->n);
	}
	free(w.nodes);
	free(w.queue);
	return any;
}
