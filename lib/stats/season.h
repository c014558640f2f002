/*
 * A baseline by hour of the day and kind of day: for each slot a mean and a
 * variance, shrunk to those of the whole series as long as the slot is young
 * (weight n / (n + 5), the shrinkage of W. James & C. Stein 1961 with a fixed
 * prior size), so that a slot seen for the first time raises no alarm.
 */
#ifndef AIOPS_STATS_SEASON_H
#define AIOPS_STATS_SEASON_H

#include <stdint.h>

#include "stats/ewma.h"

enum season_kind {
	SEASON_NONE,    /* one slot: the whole series */
	SEASON_DAY,     /* 24 hours */
	SEASON_WORKDAY, /* 24 hours of Monday to Friday, 24 of Saturday and Sunday */
	SEASON_WEEK,    /* 168 hours */
	SEASON_KINDS
};
/* "none", "day", "workday", "week". */
extern const char *const season_names[SEASON_KINDS + 1];

#define SEASON_SLOTS_MOST 168
int season_slots(enum season_kind kind);
/* The slot of a time in the zone whose clocks are offset_s seconds ahead of UTC. */
int season_slot(enum season_kind kind, int64_t ns, int32_t offset_s);

/* What is expected at a slot. */
struct season_view {
	double mean, deviation;
};

/* Doubles only. The slots belong to the caller: season_slots() of them, zeroed. */
struct season {
	struct ewma all;  /* the whole series */
	double n, spread; /* mean square of what the slots left unexplained */
};

struct season_view season_at(const struct season *s, const struct ewma *slot);
/* x finite. */
void season_add(struct season *s, struct ewma *slot, double x);

#endif
