/*
 * Counts of texts in two windows, in bounded memory and whatever order they come in.
 */
#ifndef AIOPS_STATS_CATEGORIES_H
#define AIOPS_STATS_CATEGORIES_H

#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "base/span.h"

/* Cells for the categories that are not kept one by one. */
#define CATEGORIES_REST 64
/* Longer texts are kept as their beginning and a hash of the whole. */
#define CATEGORY_BYTES 256

/*
 * At most max categories have counters of their own: those whose hash is below a
 * threshold, which is halved whenever there are too many (as in Ph. Flajolet's
 * adaptive sampling, 1990). All others are counted together by hash in CATEGORIES_REST
 * cells. Which are kept depends on the set of texts only, neither on their order nor on
 * their counts, so the counts of the kept are exact, a test over kept and cells keeps
 * its level, and the total variation distance is known up to the share of the cells.
 */
struct categories {
	struct map kept; /* text -> uint64_t[2], owned */
	size_t max;
	int halvings; /* kept: hash below 2^(64 - halvings) */
	uint64_t rest[2][CATEGORIES_REST];
	uint64_t total[2]; /* observations, the rest's included */
};

void categories_init(struct categories *c, size_t max);
void categories_release(struct categories *c);

/* Counts one observation of text in window 0 or 1. Amortised O(1). True if it took
 * a new counter (memory: the text and about 100 bytes). */
bool categories_add(struct categories *c, struct span text, int window);

/*
 * The parts that counts made elsewhere are put together from (see categories_counts): n
 * observations of a text, n of a cell, and no fewer halvings than they had there, at most 63.
 * The result is what counting everything in one place, with as many halvings, gives.
 */
void categories_add_count(struct categories *c, struct span text, int window, uint64_t n);
void categories_add_rest(struct categories *c, size_t cell, int window, uint64_t n);
void categories_halve_to(struct categories *c, int halvings);

/* Observations in the cells of the rest. */
uint64_t categories_rest(const struct categories *c, int window);

/* The counts as two arrays of the same length *n: the kept in byte order of their texts,
 * then the cells. The two have room for one count more. The arrays and *texts (borrowed spans;
 * SPAN_NONE for cells) are the caller's to free. */
void categories_counts(const struct categories *c, uint64_t **ref, uint64_t **cur,
		       struct span **texts, size_t *n);

#endif
