/*
 * Who depends on whom: of a file (--topology, the format of aiops-correlate(1)), of
 * `topology` records, and of calls that spans and metrics tell of. `from` suffers
 * when `to` fails.
 */
#ifndef AIOPS_TRIAGE_GRAPH_H
#define AIOPS_TRIAGE_GRAPH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/map.h"
#include "base/span.h"
#include "record/record.h"

/* What is beyond these is left out and counted. */
#define GRAPH_NODES 100000
#define GRAPH_EDGES 400000

struct graph_node {
	struct span id; /* owned by the map */
	int parent;     /* the node that it is an instance of, -1 none */
	int *deps;      /* owned: nodes that it depends on or runs on, in order of arrival */
	size_t n_deps, cap;
};

struct graph {
	struct map ids; /* id to index of nodes */
	struct graph_node *nodes;
	size_t n, cap, n_edges;
	size_t left_out;
};

void graph_init(struct graph *g);
void graph_release(struct graph *g);

/* Adds an edge and its nodes; one that is there already changes nothing. */
void graph_link(struct graph *g, struct span from, struct span to, bool instance_of);

/* Adds the nodes and edges of a `topology` record; what is no node or edge there is left out. */
void graph_add_record(struct graph *g, const struct record *r);

/* Adds those of a file, JSON or YAML. Errors: EX_UNREADABLE, EX_BADCONFIG. */
NODISCARD int graph_load(struct graph *g, const char *path, struct err *e);

/* The node of that id, -1 none. */
int graph_find(const struct graph *g, struct span id);
/* What the node is an instance of in the end; itself if nothing. */
int graph_service(const struct graph *g, int node);

#endif
