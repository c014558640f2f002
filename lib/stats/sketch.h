/*
 * A profile of a stream of unknown length, in one pass and bounded memory. The
 * first values are kept as they are; if there are no more, the profile is exact at
 * its knots. Else knots are laid by them, and later batches are counted at these
 * knots, with further ones where values gather (profile_add_sorted): no value is
 * forgotten, what is not known is in the slack.
 */
#ifndef AIOPS_STATS_SKETCH_H
#define AIOPS_STATS_SKETCH_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/profile.h"

/* Values that are kept before knots are laid, and in a batch: the most that is worth the memory,
 * and the least that the cost of a batch wants. */
#define SKETCH_BATCH_MAX ((size_t)1 << 17)
#define SKETCH_BATCH_MIN ((size_t)1 << 11)

struct sketch {
	struct profile p; /* complete after sketch_finish */
	double *batch;    /* owned */
	size_t n_batch, cap;
	bool fixed; /* the knots are another profile's */
	bool laid;
};

#define SKETCH_INIT ((struct sketch){.n_batch = 0})
void sketch_release(struct sketch *s);

/* Counts at the knots of another profile from now on; s must be empty. */
void sketch_against(struct sketch *s, const struct profile *p);

/* Adds a finite value; a batch is closed at max_batch values (SKETCH_BATCH_MIN to _MAX; it may
 * change from call to call). Amortised O(1). */
void sketch_add(struct sketch *s, double x, size_t max_batch);

/* Puts the rest into the profile and lays its bins. May be called again after further values. */
void sketch_finish(struct sketch *s);

#endif
