/*
 * What the two readers of a topology share: topology.c reads YAML and small
 * JSON with positions, topology_json.c JSON of any size that is bearable.
 */
#ifndef AIOPS_CORRELATE_TOPOLOGY_IMPL_H
#define AIOPS_CORRELATE_TOPOLOGY_IMPL_H

#include "aiops-correlate/topology/topology.h"

/* Bytes of a JSON file, and nodes and edges in it. */
#define TOPOLOGY_MAX_BYTES ((size_t)64 << 20)
#define TOPOLOGY_MAX_ITEMS 1000000

/* One of the six words, or NULL. */
const char *topology_known_layer(struct span text);
/* A topology with room for so many nodes. */
struct topology *topology_new(size_t max_nodes);
/* The node, or NULL if there is one of that id. It has room, and id is copied. */
struct topo_node *topology_add_node(struct topology *t, struct span id);
/* The last step: places, neighbours and dependencies from all edges, which it takes over. */
void topology_connect(struct topology *t, struct edge *edges_take, size_t n);

/* Reads JSON of up to TOPOLOGY_MAX_BYTES. Errors: as topology_load, with the element
 * instead of a position. */
struct topology *topology_load_json(const char *path, struct err *e);

#endif
