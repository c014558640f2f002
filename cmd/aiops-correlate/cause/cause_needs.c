/*
 * What the place of a component says about it as a cause: who of the alerting
 * depends on it, through silent ones as well, and its layer.
 */
#include <math.h>
#include <stdlib.h>

#include "aiops-correlate/cause/cause_impl.h"
#include "base/mem.h"

/*
 * Priors. On GAIA MicroSS, whose faults are nearly all in single instances, both
 * cost a little (top-1 .42 without, .38 with them; interval .08); what is shared
 * by many fails elsewhere.
 */
static const double dependent_gain = 0.3;
static const double layer_gain = 0.03; /* for each layer below application */

enum {
	STEPS = 3,     /* dependencies of dependencies that are followed */
	REACH = 256,   /* nodes that they are followed to, for one component */
	LEVELS = 3,    /* of what is an instance of something that is an instance */
	TOP_LAYER = 5, /* application */
};

static int by_node(const void *a, const void *b)
{
	const struct need *x = a, *y = b;

	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return (x->via > y->via) - (x->via < y->via);
}

/* The nodes that one component needs. */
struct reach {
	struct {
		int node, via;
	} list[REACH];
	size_t n;
	int *seen, turn; /* by node: the turn in which it was met last */
};

/* node and what it is an instance of, unless they were met. False: no room. */
static bool meet(const struct topology *t, struct reach *r, int node, int via)
{
	for (; node >= 0 && r->seen[node] != r->turn; node = t->nodes[node].parent) {
		if (r->n == REACH)
			return false;
		r->seen[node] = r->turn;
		r->list[r->n].node = node;
		r->list[r->n++].via = via;
	}
	return true;
}

static void meet_deps(const struct topology *t, struct reach *r, int node, bool direct)
{
	size_t deps;
	const int *to = topology_deps(t, node, &deps);

	for (size_t i = 0; i < deps; i++)
		if (!meet(t, r, to[i], direct ? node : -1))
			return;
}

/* Everything that node depends on within STEPS, as needs of its place. */
static void follow(const struct topology *t, int node, struct reach *r, struct needs *out)
{
	size_t own, from = 0;

	r->n = 0;
	r->turn++;
	(void)meet(t, r, node, -1); /* there is room */
	own = r->n;
	for (int step = 0; step < STEPS; step++)
		for (size_t end = r->n; from < end; from++)
			meet_deps(t, r, r->list[from].node, step == 0);
	mem_grow(out->list, out->cap, out->n + (r->n - own));
	for (size_t i = own; i < r->n; i++)
		out->list[out->n++] =
			(struct need){r->list[i].node, t->nodes[node].place, r->list[i].via};
}

void ranks_needs(struct ranks *r)
{
	const struct topology *t = r->topo;
	struct distinct nodes;
	struct reach reach = {0};

	for (size_t i = 0; i < r->n_cands; i++)
		r->cands[i].node = topology_node(t, r->cands[i].c.component,
						 word_span(r->cands[i].service), SPAN_NONE);
	distinct_init(&r->alerting, r->n_cands);
	if (!t)
		return;
	distinct_init(&nodes, r->n_cands);
	reach.seen = mem_zalloc(t->n_nodes * sizeof *reach.seen);
	for (size_t i = 0; i < r->n_cands; i++) {
		int node = r->cands[i].node;

		if (node < 0)
			continue;
		(void)distinct_add(&r->alerting, (uintptr_t)t->nodes[node].place, 0);
		if (distinct_find(&nodes, (uintptr_t)node, 0) != DISTINCT_NONE)
			continue;
		(void)distinct_add(&nodes, (uintptr_t)node, 0);
		follow(t, node, &reach, &r->needs);
	}
	free(reach.seen);
	distinct_release(&nodes);
	if (r->needs.n)
		qsort(r->needs.list, r->needs.n, sizeof *r->needs.list, by_node);
}

/* Where the list has what needs node, or may begin to. */
static size_t first_need(const struct ranks *r, int node)
{
	size_t lo = 0, hi = r->needs.n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (r->needs.list[mid].node < node)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

bool ranks_needs_node(const struct ranks *r, int place, int node)
{
	const struct needs *n = &r->needs;
	size_t lo = first_need(r, node), hi = n->n;

	while (lo < hi) { /* of one node they stand by place */
		size_t mid = (lo + hi) / 2;

		if (n->list[mid].node == node && n->list[mid].place < place)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < n->n && n->list[lo].node == node && n->list[lo].place == place;
}

static int by_number(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

static size_t distinct_numbers(int *list, size_t n)
{
	size_t kept = 0;

	if (n)
		qsort(list, n, sizeof *list, by_number);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || list[kept - 1] != list[i])
			list[kept++] = list[i];
	return kept;
}

/* The distinct places that need node or what it is an instance of, without its own. */
static size_t count_dependents(const struct ranks *r, int node, int *room)
{
	const struct topology *t = r->topo;
	const struct needs *needs = &r->needs;
	size_t n = 0;

	for (int at = node, level = 0; at >= 0 && level < LEVELS; at = t->nodes[at].parent, level++)
		for (size_t i = first_need(r, at); i < needs->n && needs->list[i].node == at; i++)
			if (needs->list[i].place != t->nodes[node].place &&
			    (n == 0 || room[n - 1] != needs->list[i].place))
				room[n++] = needs->list[i].place;
	return distinct_numbers(room, n);
}

static void credit_dependents(struct ranks *r, struct candidate *c, int *room)
{
	bool alerts = distinct_find(&r->alerting, (uintptr_t)r->topo->nodes[c->node].place, 0) !=
		      DISTINCT_NONE;
	size_t places = r->alerting.n - alerts, n = count_dependents(r, c->node, room);

	if (places == 0)
		return;
	c->c.dependents = n;
	c->c.places = places;
	c->c.score *=
		1 + dependent_gain * c->news * (double)n / (double)places * log(1 + (double)n);
}

void ranks_credit(struct ranks *r)
{
	int *room = mem_array(NULL, r->alerting.n * LEVELS, sizeof *room);

	for (size_t i = 0; i < r->n_cands; i++) {
		struct candidate *c = &r->cands[i];
		struct span layer = word_span(c->layer);
		int rank;

		if (!layer.len && c->node >= 0)
			layer = span_cstr(r->topo->nodes[c->node].layer);
		rank = topology_layer_rank(layer);
		if (rank >= 0)
			c->c.score *= 1 + layer_gain * (TOP_LAYER - rank);
		if (c->node >= 0)
			credit_dependents(r, c, room);
	}
	free(room);
}
