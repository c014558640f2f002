/*
 * The path of an array inside a document: "alerts[]", "[].alerts[]", "data.result[]".
 */
#ifndef AIOPS_INGEST_ARRAY_PATH_H
#define AIOPS_INGEST_ARRAY_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

#define ARRAY_PATH_NODES 6

/* One container on the way: its bracket, and its key in the one around it. */
struct array_path_node {
	char bracket;
	struct span key; /* SPAN_NONE: an element, or the root */
};

struct array_path {
	struct array_path_node nodes[ARRAY_PATH_NODES];
	size_t n; /* the last is the array */
};

/* path is a constant of ours with at most ARRAY_PATH_NODES containers, borrowed. */
struct array_path array_path_parse(const char *path);

/* Whether a container that opens at `depth` (0 is the root) is the one of the path, given that
 * those around it are. key is its key if it is a member of an object. */
bool array_path_matches(const struct array_path *p, size_t depth, char bracket, bool member,
			struct span key);

#endif
