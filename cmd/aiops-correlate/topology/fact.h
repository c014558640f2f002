/*
 * What a stream says beside alerts: a topology as it was seen at a time, or a
 * change (a deploy, a migration). A fact takes its turn among the alerts by
 * event time, so that it holds for the same alerts in whatever order records
 * come within the lateness.
 */
#ifndef AIOPS_CORRELATE_FACT_H
#define AIOPS_CORRELATE_FACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

enum fact_kind { FACT_TOPOLOGY, FACT_CHANGE };

struct fact_node {
	char *id;
	const char *layer; /* one of the six words, or NULL */
};

struct fact_edge {
	char *from, *to;
	bool instance_of;
};

/* All texts are owned, and NULL where there is none. */
struct fact {
	enum fact_kind kind;
	int64_t at_ns;
	char *id; /* of the record */
	struct fact_node *nodes;
	size_t n_nodes;
	struct fact_edge *edges;
	size_t n_edges;
	char *what; /* of a change: "deploy 1.4.1 to 1.4.2 by ci" */
	char *component, *service, *host;
	size_t bytes; /* about what it takes */
};

/* NULL is no error. */
void fact_free(struct fact *f);
/* The order in which facts take effect: time, then id. */
int fact_cmp(const struct fact *a, const struct fact *b);
/* Adds to f, which has room for it; texts are copied. */
void fact_add_node(struct fact *f, struct span id, const char *layer);
void fact_add_edge(struct fact *f, struct span from, struct span to, bool instance_of);
/* A copy of text in *out, counted; NULL for the empty text. */
void fact_set_text(struct fact *f, char **out, struct span text);

#endif
