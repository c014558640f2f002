/*
 * Who depends on whom, read from a file (JSON or YAML):
 *   {"nodes":[{"id":"cart-1","type":"instance","layer":"application"}],
 *    "edges":[{"from":"cart-1","to":"cart","type":"instance_of"}, ...]}
 * `from` suffers when `to` fails. Instances count as one place with what they
 * are instances of, so that alerts on two instances meet over their services
 * even if the services themselves are silent. Cycles are allowed.
 */
#ifndef AIOPS_CORRELATE_TOPOLOGY_H
#define AIOPS_CORRELATE_TOPOLOGY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/map.h"
#include "base/span.h"

struct edge {
	int from, to; /* node indices */
	bool instance_of;
};

struct topo_node {
	struct span id;
	int place;         /* index of its place */
	int parent;        /* the node that it is an instance of first, -1 none */
	size_t instances;  /* nodes whose parent it is */
	size_t users;      /* edges of nodes that depend on it or run on it */
	size_t deps;       /* in topology.deps, the end in the next node's */
	const char *layer; /* one of the six words, or NULL */
};

/* An edge between two places, in both directions in the places' lists. */
struct topo_near {
	int place;
	bool depends; /* this place depends on the other one */
};

struct topo_place {
	struct span name; /* of the node that the others are instances of */
	struct topo_near *near;
	size_t n, cap;
};

struct topology {
	struct map ids;          /* id to node index */
	struct topo_node *nodes; /* and one behind the last, for deps */
	size_t n_nodes;
	struct edge *edges; /* as they were given */
	size_t n_edges;
	int *deps;                 /* nodes that a node depends on or runs on, by node */
	struct topo_place *places; /* as many as nodes; those that are nobody's place are empty */
};

/* Reads a file; one that is larger than YAML may be must be JSON, of at most 64 MiB and a
 * million nodes and edges. Errors: EX_UNREADABLE; EX_BADCONFIG with position and what is
 * wrong (unknown keys, a node without id or named twice, an edge to nowhere). */
struct topology *topology_load(const char *path, struct err *e);
/* The same from text. */
struct topology *topology_parse(struct span text, struct err *e);
void topology_free(struct topology *t);

/* The place of the first of these that is a node: component (also without its
 * port), service, host. -1: none, or no topology. */
int topology_place(const struct topology *t, struct span component, struct span service,
		   struct span host);
/* The same node itself. */
int topology_node(const struct topology *t, struct span component, struct span service,
		  struct span host);
/* What node depends on or runs on, without what it is an instance of. *n of them; borrowed. */
const int *topology_deps(const struct topology *t, int node, size_t *n);
/* The rank of a layer, hardware 0 to application 5; -1 none. */
int topology_layer_rank(struct span layer);
/* The node's layer, or SPAN_NONE. */
struct span topology_layer(const struct topology *t, struct span id);
/* True if place a depends directly on place b. O(neighbours of a). */
bool topology_depends(const struct topology *t, int a, int b);

#endif
