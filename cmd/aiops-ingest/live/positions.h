/*
 * Positions in followed files as a part of the state file, and back.
 */
#ifndef AIOPS_INGEST_POSITIONS_H
#define AIOPS_INGEST_POSITIONS_H

#include "aiops-ingest/live/state.h"
#include "aiops-ingest/live/tail.h"

/* The saved position of path: 1, 0 if there is none, -1 (EX_BADCONFIG). */
NODISCARD int positions_get(const struct state *s, const char *path, struct tail_position *out,
			    struct err *e);

/* Puts the safe positions of the tails; paths that are not followed now keep theirs. */
void positions_put(struct state *s, const struct tail *tails, size_t n);

#endif
