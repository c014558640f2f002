/*
 * Digests of the signed deliveries that were taken, for as long as the replay window: what
 * comes again is not taken again.
 */
#ifndef AIOPS_INGEST_REPLAY_H
#define AIOPS_INGEST_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/map.h"
#include "base/span.h"

struct replay {
	struct map seen; /* digest -> at_ms */
	int64_t window_ms;
};

void replay_init(struct replay *r, int64_t window_ms);
void replay_release(struct replay *r);

/* Whether the digest was added within the window before now_ms. */
bool replay_seen(const struct replay *r, struct span digest, int64_t now_ms);
/* Adds it; forgets what is older than the window. O(1) on average. */
void replay_add(struct replay *r, struct span digest, int64_t at_ms);

#endif
