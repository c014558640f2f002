/*
 * The path of an array inside a document: "alerts[]", "[].alerts[]", "data.result[]".
 */
#ifndef AIOPS_INGEST_PATTERN_H
#define AIOPS_INGEST_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

#define PATTERN_NODES 6

/* One container on the way: its bracket, and its key in the one around it. */
struct pattern_node {
	char bracket;
	struct span key; /* SPAN_NONE: an element, or the root */
};

struct pattern {
	struct pattern_node nodes[PATTERN_NODES];
	size_t n; /* the last is the array */
};

/* path is a constant of ours with at most PATTERN_NODES containers, borrowed. */
struct pattern pattern_parse(const char *path);

/* Whether a container that opens at `depth` (0 is the root) is the one of the pattern, given that
 * those around it are. key is its key if it is a member of an object. */
bool pattern_matches(const struct pattern *p, size_t depth, char bracket, bool member,
		     struct span key);

#endif
