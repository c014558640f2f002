/*
 * What was told lately: at most so many alerts in any hour of event time, and
 * the bursts in which something was held back.
 */
#ifndef AIOPS_CORRELATE_LIMIT_H
#define AIOPS_CORRELATE_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The times of the last n tellings: exact for every hour, not only for those that begin at a full
 * one. */
struct limit {
	int64_t *times; /* a ring */
	size_t n, max, next;
	int64_t newest_ns;
};

/* max 0: no limit. */
void limit_init(struct limit *l, size_t max);
void limit_release(struct limit *l);
/* Asks to tell something at at_ns; must: it is told in any case, and counts. A time before the
 * newest counts as that one. O(1). */
bool limit_take(struct limit *l, int64_t at_ns, bool must);

/*
 * The cap: so many alerts in any hour, and as many again that are the first of a
 * component in an incident. What must be told counts, and is told in any case.
 */
struct cap {
	struct limit all, firsts;
};

enum cap_claim {
	CLAIM_NONE,  /* one of many */
	CLAIM_FIRST, /* may use the second half */
	CLAIM_MUST,
};

void cap_init(struct cap *c, size_t max_per_hour);
void cap_release(struct cap *c);
/* True if it matters whether one at at_ns is a first: without that it is not told, with it it is.
 */
bool cap_asks_for_first(const struct cap *c, int64_t at_ns);
/* Asks to tell something at at_ns. O(1). */
bool cap_take(struct cap *c, int64_t at_ns, enum cap_claim claim);

/* Reports held back by one cause without a pause. */
struct burst {
	bool open;
	uint64_t n;
	int64_t since_ns, last_ns;
};

/* Notes one; true if it begins a burst. */
bool burst_note(struct burst *b, int64_t at_ns);

#endif
