/*
 * Bytes that stay where they are until all are forgotten at once: for texts of
 * a record that exist nowhere in its source.
 */
#ifndef AIOPS_INGEST_ARENA_H
#define AIOPS_INGEST_ARENA_H

#include "base/span.h"

struct arena {
	struct arena_chunk *chunks; /* the first is the one that is filled */
};

/* {NULL} is an empty arena. */
void arena_release(struct arena *a);
/* Forgets everything; keeps one chunk for the next use. */
void arena_clear(struct arena *a);

/* A copy. Never SPAN_NONE, also of an empty span. */
struct span arena_keep(struct arena *a, struct span s);
/* The parts, one behind the other. */
struct span arena_join(struct arena *a, const struct span *parts, size_t n);

#endif
