/*
 * What the place of a component says about it as a cause: who of the alerting
 * depends on it, through silent ones as well, and its layer.
 */
#include <math.h>
#include <stdlib.h>

#include "aiops-correlate/cause_impl.h"
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

/* A place that depends on a node. */
struct need {
	int node, place;
};

struct needs {
	struct need *list;
	size_t n, cap;
};

static int by_node(const void *a, const void *b)
{
	const struct need *x = a, *y = b;

	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

/* The nodes that one component needs. */
struct reach {
	int list[REACH];
	size_t n;
	int *seen, turn; /* by node: the turn in which it was met last */
};

/* node and what it is an instance of, unless they were met. False: no room. */
static bool meet(const struct topology *t, struct reach *r, int node)
{
	for (; node >= 0 && r->seen[node] != r->turn; node = t->nodes[node].parent) {
		if (r->n == REACH)
			return false;
		r->seen[node] = r->turn;
		r->list[r->n++] = node;
	}
	return true;
}

static void meet_deps(const struct topology *t, struct reach *r, int node)
{
	size_t deps;
	const int *to = topology_deps(t, node, &deps);

	for (size_t i = 0; i < deps; i++)
		if (!meet(t, r, to[i]))
			return;
}

/* Everything that node depends on within STEPS, as needs of its place. */
static void follow(const struct topology *t, int node, struct reach *r, struct needs *out)
{
	size_t own, from = 0;

	r->n = 0;
	r->turn++;
	(void)meet(t, r, node); /* there is room */
	own = r->n;
	for (int step = 0; step < STEPS; step++)
		for (size_t end = r->n; from < end; from++)
			meet_deps(t, r, r->list[from]);
	mem_grow(out->list, out->cap, out->n + (r->n - own));
	for (size_t i = own; i < r->n; i++)
		out->list[out->n++] = (struct need){r->list[i], t->nodes[node].place};
}

static int by_number(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

static size_t distinct(int *list, size_t n)
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
static size_t count_dependents(const struct topology *t, int node, const struct needs *needs,
			       int *room)
{
	size_t n = 0;

	for (int at = node, level = 0; at >= 0 && level < LEVELS;
	     at = t->nodes[at].parent, level++) {
		size_t lo = 0, hi = needs->n;

		while (lo < hi) {
			size_t mid = (lo + hi) / 2;

			if (needs->list[mid].node < at)
				lo = mid + 1;
			else
				hi = mid;
		}
		for (; lo < needs->n && needs->list[lo].node == at; lo++)
			if (needs->list[lo].place != t->nodes[node].place &&
			    (n == 0 || room[n - 1] != needs->list[lo].place))
				room[n++] = needs->list[lo].place;
	}
	return distinct(room, n);
}

/* What the nodes need, sorted by what is needed. */
static void collect_needs(const struct topology *t, const int *nodes, size_t n, struct needs *out)
{
	struct reach r = {.seen = mem_zalloc(t->n_nodes * sizeof *r.seen)};

	for (size_t i = 0; i < n; i++)
		follow(t, nodes[i], &r, out);
	if (out->n)
		qsort(out->list, out->n, sizeof *out->list, by_node);
	free(r.seen);
}

static void credit(struct cause *c, size_t dependents, size_t places)
{
	c->dependents = dependents;
	c->places = places;
	c->score *= 1 + dependent_gain * (double)dependents / (double)places *
				log(1 + (double)dependents);
}

static void credit_dependents(struct candidate *cands, size_t n, const struct topology *t)
{
	int *nodes = mem_array(NULL, n, sizeof *nodes), *places, *room;
	struct needs needs = {0};
	size_t n_nodes = 0, n_places;

	for (size_t i = 0; i < n; i++)
		if (cands[i].node >= 0)
			nodes[n_nodes++] = cands[i].node;
	n_nodes = distinct(nodes, n_nodes);
	places = mem_array(NULL, n_nodes, sizeof *places);
	room = mem_array(NULL, n_nodes * LEVELS, sizeof *room);
	for (size_t i = 0; i < n_nodes; i++)
		places[i] = t->nodes[nodes[i]].place;
	n_places = distinct(places, n_nodes);
	collect_needs(t, nodes, n_nodes, &needs);
	for (size_t i = 0; i < n && n_places > 1; i++)
		if (cands[i].node >= 0)
			credit(&cands[i].c, count_dependents(t, cands[i].node, &needs, room),
			       n_places - 1);
	free(needs.list);
	free(room);
	free(places);
	free(nodes);
}

void candidates_credit(struct candidate *cands, size_t n, const struct topology *topo)
{
	for (size_t i = 0; i < n; i++) {
		struct candidate *c = &cands[i];
		int rank = topology_layer_rank(word_span(c->layer));

		c->node = topology_node(topo, word_span(c->c.component), word_span(c->service),
					SPAN_NONE);
		if (rank >= 0)
			c->c.score *= 1 + layer_gain * (TOP_LAYER - rank);
	}
	if (topo && n)
		credit_dependents(cands, n, topo);
}
