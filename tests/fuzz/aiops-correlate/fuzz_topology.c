/*
 * A topology file.
 *
 * Held: every index is of what it says; a node is found by its id, in its place, and depends on
 * what it was said to.
 */
#include "aiops-correlate/topology/topology.h"

#include "../fuzz.h"

static bool has_dep(const struct topology *t, const struct edge *x)
{
	size_t n;
	const int *deps = topology_deps(t, x->from, &n);

	for (size_t i = 0; i < n; i++)
		if (deps[i] == x->to)
			return true;
	return false;
}

static void check(const struct topology *t)
{
	int n = (int)t->n_nodes;

	for (int i = 0; i < n; i++) {
		const struct topo_node *node = &t->nodes[i];

		FUZZ_CHECK(node->id.len > 0);
		FUZZ_CHECK(node->place >= 0 && node->place < n);
		FUZZ_CHECK(node->parent >= -1 && node->parent < n && node->parent != i);
		FUZZ_CHECK(topology_node(t, node->id, SPAN_NONE, SPAN_NONE) == i);
		FUZZ_CHECK(topology_place(t, node->id, SPAN_NONE, SPAN_NONE) == node->place);
		FUZZ_CHECK(!node->layer || topology_layer_rank(span_cstr(node->layer)) >= 0);
	}
	for (size_t i = 0; i < t->n_edges; i++) {
		const struct edge *x = &t->edges[i];

		FUZZ_CHECK(x->from >= 0 && x->from < n && x->to >= 0 && x->to < n);
		FUZZ_CHECK(x->instance_of || has_dep(t, x));
		if (!x->instance_of && t->nodes[x->from].place != t->nodes[x->to].place)
			FUZZ_CHECK(topology_depends(t, t->nodes[x->from].place,
						    t->nodes[x->to].place));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = ERR_INIT;
	struct topology *t = topology_parse(span_of((const char *)data, size), &e);

	if (t)
		check(t);
	else
		FUZZ_CHECK(e.code == EX_BADCONFIG && *e.text);
	topology_free(t);
	return 0;
}
