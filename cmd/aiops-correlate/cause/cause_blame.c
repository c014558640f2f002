/*
 * What alerts say about others: "calls to session-store fail" on a caller is
 * evidence for session-store, the more the rarer it is and the more callers say
 * it. One that is blamed and blames in turn passes most of it on, so that it
 * gathers where the chain ends, as in a random walk along failing calls
 * (MonitorRank, Kim et al., SIGMETRICS 2013).
 */
#include <math.h>
#include <stdlib.h>

#include "aiops-correlate/cause/cause_impl.h"
#include "base/mem.h"

/* Priors, looked at on made-up systems (tests/bench/correlate-synthetic.sh), seeds 1 to 6, none of
 * them chosen on a recording. */
static const double blame_gain = 2.0;
static const double pass_share = 0.7; /* of what is blamed and blames */
static const double self_share = 0.5; /* what an alert about another one says about its own */

enum { ROUNDS = 4 }; /* of passing on */

/* One caller's heaviest alert about one candidate. */
struct charge {
	size_t from, to; /* candidates; from is the caller's component */
	size_t item;
	double weight; /* squared */
};

struct charges {
	struct charge *list;
	size_t n, cap;
};

/* ---- who is meant ---- */

/* The alerting components that stand for a service or node: which, if it is one. */
struct standing {
	size_t n, cand;
};

struct directory {
	struct distinct keys; /* services' words, parents' nodes */
	struct standing *list;
};

static void stand(struct directory *d, uintptr_t key, size_t cand)
{
	struct standing *s = &d->list[distinct_add(&d->keys, key, 0)];

	s->n++;
	s->cand = cand;
}

static void directory_init(struct directory *d, const struct ranks *r)
{
	distinct_init(&d->keys, 2 * r->n_components);
	d->list = mem_zalloc((2 * r->n_components + 1) * sizeof *d->list);
	for (size_t i = 0; i < r->n_components; i++) {
		const struct candidate *c = &r->cands[i];

		if (c->service && c->service != c->c.word)
			stand(d, (uintptr_t)c->service, i);
		if (c->node >= 0 && r->topo->nodes[c->node].parent >= 0)
			stand(d, (uintptr_t)&r->topo->nodes[r->topo->nodes[c->node].parent], i);
	}
}

static void directory_release(struct directory *d)
{
	distinct_release(&d->keys);
	free(d->list);
}

static struct standing standing_of(const struct directory *d, uintptr_t key)
{
	size_t k = distinct_find(&d->keys, key, 0);
	const struct standing none = {0};

	return k == DISTINCT_NONE ? none : d->list[k];
}

/* The candidate that speaks for a node: itself, the only instance that alerts, its service. */
static size_t cand_of_node(struct ranks *r, const struct directory *d, const struct word *name,
			   int node)
{
	struct standing s = standing_of(d, (uintptr_t)&r->topo->nodes[node]);
	size_t k = ranks_find(r, name);

	if (k != DISTINCT_NONE && k < r->n_components)
		return k;
	if (s.n == 1)
		return s.cand;
	if (k != DISTINCT_NONE)
		return k;
	if (s.n == 0)
		return ranks_node(r, node);
	k = ranks_named(r, name);
	r->cands[k].node = node;
	return k;
}

static size_t cand_of_name(struct ranks *r, const struct directory *d, const struct word *name,
			   bool sure)
{
	struct standing s = standing_of(d, (uintptr_t)name);
	size_t k = ranks_find(r, name);

	if (k != DISTINCT_NONE && k < r->n_components)
		return k;
	if (s.n == 1)
		return s.cand;
	return k != DISTINCT_NONE || s.n > 1 || sure ? ranks_named(r, name) : DISTINCT_NONE;
}

/* The candidate that an alert of candidate `from` means by name, or DISTINCT_NONE. */
static size_t resolve(struct ranks *r, const struct directory *d, size_t from,
		      const struct word *name, bool sure)
{
	int own = r->cands[from].node,
	    node = topology_node(r->topo, word_span(name), SPAN_NONE, SPAN_NONE);
	const struct topo_node *nodes = r->topo ? r->topo->nodes : NULL;

	if (node < 0)
		return cand_of_name(r, d, name, sure);
	if (own >= 0 && nodes[own].place == nodes[node].place)
		return DISTINCT_NONE; /* itself, or another replica */
	if (own >= 0 && !ranks_needs_node(r, nodes[own].place, node)) {
		/* who calls it, or something that the topology does not know of */
		if (!sure || ranks_needs_node(r, nodes[node].place, own))
			return DISTINCT_NONE;
	}
	return cand_of_node(r, d, name, node);
}

/* ---- charges ---- */

static void charge(const struct ranks *r, struct charges *out, struct distinct *known, size_t item)
{
	const struct item *it = &r->items[item];
	const struct member *m = it->m;
	/* replicas of one service say it once */
	const struct word *caller = m->service ? m->service : m->component;
	double weight = it->said * it->said;
	size_t k = distinct_add(known, (uintptr_t)caller, it->names + 1);

	if (k == out->n) {
		mem_grow(out->list, out->cap, out->n + 1);
		out->list[out->n++] = (struct charge){it->cand, it->names, item, weight};
	} else if (weight > out->list[k].weight) {
		out->list[k] = (struct charge){it->cand, it->names, item, weight};
	}
}

/* The candidate that what was said about a service's replica belongs to as well. */
static size_t service_of(const struct ranks *r, size_t cand)
{
	const struct word *service = r->cands[cand].service;

	return service ? ranks_find(r, service) : DISTINCT_NONE;
}

/* Sets what each passes on, and sums up what is said about each directly. */
static void book(struct ranks *r, const struct charges *ch, double *direct)
{
	for (size_t i = 0; i < ch->n; i++) {
		const struct charge *g = &ch->list[i];
		size_t service = service_of(r, g->from);
		struct cause *to = &r->cands[g->to].c;

		direct[g->to] += g->weight;
		r->cands[g->from].passes += g->weight;
		if (service != DISTINCT_NONE && service != g->from && service != g->to)
			r->cands[service].passes += g->weight;
		if (to->callers == 0 || r->items[g->item].said > r->items[to->caller].said)
			to->caller = g->item;
		to->callers++;
	}
}

/* What from has goes on to those whom it blames, by weight. */
static void pass_on(const struct ranks *r, const struct charge *g, size_t from, const double *now,
		    double *next)
{
	if (from != DISTINCT_NONE && from != g->to && r->cands[from].passes > 0)
		next[g->to] += pass_share * now[from] * g->weight / r->cands[from].passes;
}

static void walk(struct ranks *r, const struct charges *ch, const double *direct)
{
	double *now = mem_array(NULL, r->n_cands, sizeof *now);
	double *next = mem_array(NULL, r->n_cands, sizeof *next);

	for (size_t i = 0; i < r->n_cands; i++)
		now[i] = direct[i];
	for (int round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < r->n_cands; i++)
			next[i] = direct[i];
		for (size_t i = 0; i < ch->n; i++) {
			size_t from = ch->list[i].from, service = service_of(r, from);

			pass_on(r, &ch->list[i], from, now, next);
			if (service != from)
				pass_on(r, &ch->list[i], service, now, next);
		}
		for (size_t i = 0; i < r->n_cands; i++)
			now[i] = next[i];
	}
	for (size_t i = 0; i < r->n_cands; i++)
		r->cands[i].blame =
			blame_gain * now[i] * (r->cands[i].passes > 0 ? 1 - pass_share : 1);
	free(now);
	free(next);
}

/* ---- parts of the ranking ---- */

/* The first name that means something. */
static void find_named(struct ranks *r, const struct directory *d, struct item *it)
{
	const struct callees *c = it->m->callees;
	size_t to = DISTINCT_NONE;

	for (size_t i = 0; c && i < CALLEES_KEPT && c->names[i] && to == DISTINCT_NONE; i++)
		to = resolve(r, d, it->cand, c->names[i], i < c->sure);
	if (to == DISTINCT_NONE || to == it->cand)
		return;
	it->names = to;
	it->rarity *= self_share;
	it->weight *= self_share;
}

static bool any_names(const struct ranks *r)
{
	for (size_t i = 0; i < r->n_items; i++)
		if (r->items[i].m->callees)
			return true;
	return false;
}

void ranks_names(struct ranks *r)
{
	struct directory d;

	if (!any_names(r))
		return;
	directory_init(&d, r);
	for (size_t i = 0; i < r->n_items; i++)
		find_named(r, &d, &r->items[i]);
	directory_release(&d);
}

void ranks_blame(struct ranks *r)
{
	struct charges ch = {0};
	struct distinct known;
	double *direct;

	distinct_init(&known, r->n_items);
	for (size_t i = 0; i < r->n_items; i++)
		if (r->items[i].names != DISTINCT_NONE)
			charge(r, &ch, &known, i);
	distinct_release(&known);
	if (ch.n == 0)
		return;
	direct = mem_zalloc(r->n_cands * sizeof *direct);
	book(r, &ch, direct);
	walk(r, &ch, direct);
	free(direct);
	free(ch.list);
}
