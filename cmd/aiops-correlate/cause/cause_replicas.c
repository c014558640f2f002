/*
 * Replicas of a service, compared: what one shows alone speaks for that one,
 * what several show speaks for what they share.
 */
#include <stdlib.h>

#include "aiops-correlate/cause/cause_impl.h"
#include "base/mem.h"

/*
 * sibling_gain was chosen on GAIA MicroSS, on the faults with odd numbers, and
 * held against those with even ones (tests/bench/correlate-quality.sh prints
 * both). replica_gain is a prior that was measured on nothing.
 */
static const double replica_gain = 1.3;
static const double sibling_gain = 0.5;

/* One alert on the replicas of one service. */
struct shared {
	const struct word *service;
	size_t have; /* replicas that have it */
	size_t best; /* item of the greatest rarity */
};

static bool is_replica(const struct member *m)
{
	return m->service && m->component != m->service;
}

/* How many components of each service have alerts, by the number of the service. Alerts of one
 * component may name several services: it counts for each. */
static void count_replicas(const struct ranks *r, struct distinct *services, size_t *alike)
{
	struct distinct seen;
	size_t n = 0;

	distinct_init(&seen, r->n_items);
	for (size_t i = 0; i < r->n_items; i++) {
		const struct member *m = r->items[i].m;

		if (!is_replica(m) ||
		    distinct_add(&seen, (uintptr_t)m->service, r->items[i].cand) < n)
			continue;
		n++;
		alike[distinct_add(services, (uintptr_t)m->service, 0)]++;
	}
	distinct_release(&seen);
}

/* have of all replicas show it. */
static double sibling_factor(const struct ranks *r, const struct item *it, size_t have, size_t all)
{
	const struct topology *t = r->topo;
	int node = topology_node(t, word_span(it->m->component), SPAN_NONE, SPAN_NONE);

	if (node >= 0 && t->nodes[node].parent >= 0 &&
	    t->nodes[t->nodes[node].parent].instances > all)
		all = t->nodes[t->nodes[node].parent].instances;
	if (all < 2)
		return 1;
	return 1 + sibling_gain - 2 * sibling_gain * (double)(have - 1) / (double)(all - 1);
}

static bool is_rarer(const struct item *a, const struct item *b)
{
	if (a->rarity > b->rarity || a->rarity < b->rarity)
		return a->rarity > b->rarity;
	return word_cmp(a->m->component, b->m->component) < 0;
}

/* What several replicas show, as an alert of the service. */
static void add_shared(struct ranks *r, const struct shared *sh)
{
	const struct item *best = &r->items[sh->best];
	size_t at = ranks_named(r, sh->service);
	struct candidate *c = &r->cands[at];

	c->own += replica_gain * best->rarity * replica_gain * best->rarity;
	if (at < r->n_components)
		return; /* it has alerts of its own name, which say more */
	c->service = sh->service;
	c->layer = best->m->layer;
	c->c.alerts++;
	if (sh->have > c->c.replicas)
		c->c.replicas = sh->have;
	if (c->c.n_evidence == 0 || best->m->onset_ns < c->c.onset_ns)
		c->c.onset_ns = best->m->onset_ns;
	ranks_evidence(r, c, sh->best);
}

void ranks_replicas(struct ranks *r)
{
	struct shared *list = mem_array(NULL, r->n_items, sizeof *list);
	size_t *of_item = mem_array(NULL, r->n_items, sizeof *of_item), n = 0;
	size_t *alike = mem_zalloc((r->n_items + 1) * sizeof *alike);
	struct distinct services, alerts;

	distinct_init(&services, r->n_items);
	distinct_init(&alerts, r->n_items);
	count_replicas(r, &services, alike);
	for (size_t i = 0; i < r->n_items; i++) {
		const struct member *m = r->items[i].m;
		size_t k;

		if (!is_replica(m))
			continue;
		k = of_item[i] = distinct_add(&alerts, (uintptr_t)m->service,
					      (uintptr_t)m->name * 4 + (uintptr_t)m->signal);
		if (k == n)
			list[n++] = (struct shared){.service = m->service, .best = i};
		list[k].have++;
		if (is_rarer(&r->items[i], &r->items[list[k].best]))
			list[k].best = i;
	}
	for (size_t i = 0; i < r->n_items; i++) {
		const struct member *m = r->items[i].m;

		if (is_replica(m) && m->signal == SIGNAL_METRIC)
			r->items[i].weight *= sibling_factor(
				r, &r->items[i], list[of_item[i]].have,
				alike[distinct_find(&services, (uintptr_t)m->service, 0)]);
	}
	for (size_t k = 0; k < n; k++)
		if (list[k].have >= 2)
			add_shared(r, &list[k]);
	distinct_release(&services);
	distinct_release(&alerts);
	free(alike);
	free(of_item);
	free(list);
}
