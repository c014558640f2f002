/*
 * Whether event time may leap. One record whose clock is a year ahead would end
 * all that fires and make all that follows late; so a time far ahead of event
 * time holds only once it was said three times in a row, by nothing else between.
 * Times that stay close to event time move it at once.
 */
#ifndef AIOPS_CORRELATE_LEAP_H
#define AIOPS_CORRELATE_LEAP_H

#include <stdbool.h>
#include <stdint.h>

/* Further than this is a leap: a day. */
#define LEAP_NS (INT64_C(86400) * 1000000000)
/* So many records in a row say it. */
#define LEAP_SAID 3

struct leap {
	int64_t at_ns; /* the latest time that was said */
	uint32_t said;
	uint64_t taken;         /* leaps so far */
	int64_t from_ns, to_ns; /* the last one */
};

/* Moves *newest_ns (INT64_MIN: there was none) to clock_ns, if it may. Call it for each record. */
void leap_move(struct leap *l, int64_t *newest_ns, int64_t clock_ns);

#endif
