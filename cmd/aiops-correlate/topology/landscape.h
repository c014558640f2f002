/*
 * The topology in force: the file's, which holds for good, and what records of
 * kind topology said lately. What no record has named for the age leaves again.
 * The file stands above the stream, and a later record above an earlier one.
 */
#ifndef AIOPS_CORRELATE_LANDSCAPE_H
#define AIOPS_CORRELATE_LANDSCAPE_H

#include "aiops-correlate/topology/fact.h"
#include "aiops-correlate/topology/topology.h"
#include "base/map.h"

/* Nodes, and edges, that are taken from the stream. */
#define LAND_MAX_NODES 100000
#define LAND_MAX_EDGES 400000

/* What was not as it should be; each is counted, and the first one put in words. */
enum land_trouble {
	LAND_UNKNOWN_NODE, /* an edge to a node that nothing has named (yet) */
	LAND_LAYERS,       /* a node in two layers */
	LAND_FULL,         /* beyond the limits */
	LAND_TROUBLES
};

/* A node, or an edge, that a record named. */
struct land_item {
	int64_t seen_ns;   /* last */
	int64_t said_ns;   /* when the layer was said */
	const char *layer; /* NULL: none, or an edge */
};

struct landscape {
	const struct topology *fixed; /* borrowed, NULL none */
	struct topology *built;       /* owned; NULL while the stream has added nothing */
	struct map nodes, edges;      /* id, and both ends, to struct land_item; of the stream */
	size_t max_nodes, max_edges;
	int64_t age_ns; /* 0: for good */
	int64_t due_ns; /* when something may be too old; INT64_MAX nothing */
	bool stale;     /* more or less is known than is in force */
	uint64_t trouble[LAND_TROUBLES];
	char first[LAND_TROUBLES][300];
};

void landscape_init(struct landscape *l, const struct topology *fixed, int64_t age_ns);
void landscape_release(struct landscape *l);

/* Takes in what f says. O(size of f). */
void landscape_learn(struct landscape *l, const struct fact *f);
/* Lets go what was seen last too long before at_ns. O(what is known). */
void landscape_age(struct landscape *l, int64_t at_ns);
/*
 * The topology in force made anew from what is known, no longer stale; the one
 * before goes to *old, for the caller to free (NULL if it is the file's). NULL:
 * nothing is known. O(n log n) of what is known.
 */
const struct topology *landscape_build(struct landscape *l, struct topology **old);

/* One that is read back from a state. */
void landscape_restore_node(struct landscape *l, struct span id, struct land_item item);
void landscape_restore_edge(struct landscape *l, bool instance_of, struct span from, struct span to,
			    struct land_item item);
/* What a key of `edges` says. False: it is none. */
bool land_edge_parts(struct span key, bool *instance_of, struct span *from, struct span *to);

#endif
