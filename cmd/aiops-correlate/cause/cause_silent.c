/*
 * What says nothing itself while those that need it alert: a dependency or host
 * of theirs that nobody watches, or that cannot tell.
 *
 * A caller counts that has no other explanation: nothing else that it needs
 * directly alerts or is named. Else whatever everybody needs (name servers, a
 * common host) would be blamed for every large incident.
 */
#include <math.h>
#include <stdlib.h>

#include "aiops-correlate/cause/cause_impl.h"
#include "base/mem.h"

/* Priors: what is silent is less sure than what speaks. */
static const double silent_gain = 0.7;
static const double least_coverage = 0.5;

enum {
	LEAST_USERS = 2,
	MOST_SILENT = 64, /* candidates of this kind */
};

/* What has gathered at a node or at one of its instances, and the heaviest alert there. */
struct loudness {
	struct distinct nodes;
	double *weights; /* squared */
	size_t *items;
};

static void hear(struct loudness *l, int node, const struct cause *c)
{
	size_t k = distinct_add(&l->nodes, (uintptr_t)node, 0);
	double weight = c->score * c->score;

	if (weight <= l->weights[k])
		return;
	l->weights[k] = weight;
	l->items[k] = c->evidence[0];
}

static void loudness_init(struct loudness *l, const struct ranks *r)
{
	distinct_init(&l->nodes, 2 * r->n_cands);
	l->weights = mem_zalloc((2 * r->n_cands + 1) * sizeof *l->weights);
	l->items = mem_zalloc((2 * r->n_cands + 1) * sizeof *l->items);
	for (size_t i = 0; i < r->n_cands; i++) {
		int node = r->cands[i].node;

		if (node < 0 || r->cands[i].c.n_evidence == 0)
			continue;
		hear(l, node, &r->cands[i].c);
		if (r->topo->nodes[node].parent >= 0)
			hear(l, r->topo->nodes[node].parent, &r->cands[i].c);
	}
}

static void loudness_release(struct loudness *l)
{
	distinct_release(&l->nodes);
	free(l->weights);
	free(l->items);
}

/* Alerts, or is named by what does. */
static bool alerts(const struct ranks *r, int node)
{
	return distinct_find(&r->alerting, (uintptr_t)r->topo->nodes[node].place, 0) !=
		       DISTINCT_NONE ||
	       distinct_find(&r->names, (uintptr_t)&r->topo->nodes[node], 0) < r->n_spoken;
}

/* True if something else that node, or what it is an instance of, needs directly alerts. */
static bool is_explained(const struct ranks *r, int node, int but)
{
	const struct topo_node *nodes = r->topo->nodes;

	for (int at = node, level = 0; at >= 0 && level < 2; at = nodes[at].parent, level++) {
		size_t n;
		const int *deps = topology_deps(r->topo, at, &n);

		for (size_t i = 0; i < n; i++)
			if (deps[i] != but && nodes[deps[i]].place != nodes[node].place &&
			    alerts(r, deps[i]))
				return true;
	}
	return false;
}

/* needs.list[from..to) are those of one node that does not alert. */
static void look_at(struct ranks *r, const struct loudness *l, size_t from, size_t to, size_t *made)
{
	int node = r->needs.list[from].node, last = -1;
	size_t users = r->topo->nodes[node].users, alerting = 0, unexplained = 0, best = 0, cand;
	double weight = 0, loudest = 0, coverage;
	struct candidate *c;

	for (size_t i = from; i < to; i++) {
		int via = r->needs.list[i].via;
		size_t k;

		if (via < 0 || via == last)
			continue;
		last = via;
		alerting++;
		k = distinct_find(&l->nodes, (uintptr_t)via, 0);
		if (k == DISTINCT_NONE || is_explained(r, via, node))
			continue;
		unexplained++;
		weight += l->weights[k];
		if (l->weights[k] > loudest) {
			loudest = l->weights[k];
			best = l->items[k];
		}
	}
	if (alerting < LEAST_USERS || alerting > users || unexplained == 0)
		return;
	coverage = (double)alerting / (double)users;
	if (coverage < least_coverage || *made >= MOST_SILENT)
		return;
	cand = ranks_node(r, node); /* may move them */
	c = &r->cands[cand];
	++*made;
	c->c.score = silent_gain * coverage * sqrt(weight);
	c->c.silent_users = users;
	c->c.callers = alerting;
	c->c.caller = best;
	c->c.onset_ns = r->items[best].m->onset_ns;
}

void ranks_silent(struct ranks *r)
{
	const struct needs *n = &r->needs;
	struct loudness l;
	size_t made = 0;

	if (n->n == 0)
		return;
	loudness_init(&l, r);
	for (size_t i = 0, run; i < n->n; i += run) {
		for (run = 1; i + run < n->n && n->list[i + run].node == n->list[i].node;)
			run++;
		/* one whose own dependency alerts only passes that on */
		if (run >= LEAST_USERS && !alerts(r, n->list[i].node) &&
		    !is_explained(r, n->list[i].node, -1))
			look_at(r, &l, i, i + run, &made);
	}
	loudness_release(&l);
}
