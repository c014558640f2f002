/*
 * Followed files: a live source that reads what is added to them, whatever rotation
 * does to their names, and remembers in the state file how far it came.
 */
#ifndef AIOPS_INGEST_FOLLOW_H
#define AIOPS_INGEST_FOLLOW_H

#include "aiops-ingest/live/source.h"
#include "aiops-ingest/live/state.h"
#include "aiops-ingest/outlet.h"
#include "aiops-ingest/prepare.h"

enum follow_from { FOLLOW_FROM_START, FOLLOW_FROM_END };

struct follower;

struct follow_target {
	const char *path;
	const struct prepared *prepared; /* its format and what feeds need */
};

/* targets, state (NULL: nothing is remembered) and the others are borrowed. from: where to begin
 * with a file that stands there now and of which nothing is remembered. Errors: EX_UNREADABLE,
 * EX_BADCONFIG. */
NODISCARD int follower_new(struct cli *c, const struct follow_target *targets, size_t n,
			   enum follow_from from, struct outlet *outlet, struct state *state,
			   struct follower **out, struct err *e);
void follower_free(struct follower *f);

struct source follower_source(struct follower *f);

struct ingest_counts follower_counts(const struct follower *f);
uint64_t follower_bytes(const struct follower *f);

#endif
