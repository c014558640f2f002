/*
 * What came of a stream of alerts, for a record and for a person: by severity,
 * what fires, how many incidents, what held alerts back, and who is loudest.
 * Counts are of this run; what fires and is open may be older.
 */
#ifndef AIOPS_CORRELATE_SUMMARY_H
#define AIOPS_CORRELATE_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-correlate/engine.h"
#include "base/buf.h"
#include "base/map.h"

enum { NOISY_KEPT = 512, NOISY_SHOWN = 10, SEVERITIES = 6 };

/* One alert name on one component. */
struct noisy {
	char *key; /* name, NUL, component */
	size_t key_len;
	uint64_t count, error; /* at most so many of them belong to others */
};

/* Heavy hitters in bounded memory: Space-Saving (Metwally, Agrawal, El Abbadi, "Efficient
 * computation of frequent and top-k elements in data streams", 2005). */
struct summary {
	uint64_t by_severity[SEVERITIES]; /* firing reports */
	struct noisy noisy[NOISY_KEPT];
	size_t n_noisy;
	struct map places; /* key to place in noisy */
};

void summary_init(struct summary *s);
void summary_release(struct summary *s);

/* One firing report. O(1) while there are few names, at worst O(NOISY_KEPT). */
void summary_count(struct summary *s, enum severity severity, struct span name,
		   struct span component);

/* The record of kind summary, one line without a newline. */
void summary_render(const struct summary *s, const struct engine *en, struct buf *out);
/* The same as a table, lines with newlines. */
void summary_table(const struct summary *s, const struct engine *en, struct buf *out);

#endif
