/*
 * The points of each series, kept until the end of input.
 */
#ifndef AIOPS_DRIFT_FORECAST_TRACK_H
#define AIOPS_DRIFT_FORECAST_TRACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-drift/alert.h"
#include "aiops-drift/compare/grouping.h"
#include "aiops-drift/watch/watch_rules.h"
#include "base/err.h"
#include "base/map.h"

struct track_point {
	int64_t ns;
	double x;
};

struct track {
	char *feature;               /* owned */
	char *origin[ORIGIN_FIELDS]; /* owned, NULL: none */
	struct track_point *points;  /* owned */
	size_t n, cap;
	bool bounded; /* its records gave a threshold; the newest counts */
	double threshold;
	enum watch_condition condition;
	int64_t bound_ns; /* of the record that gave it */
};

struct tracks {
	const struct grouping *grouping;
	struct map by_name;
	struct track **items;
	size_t n, cap, max;
	uint64_t values, max_values, missing;
};

void tracks_init(struct tracks *t, const struct grouping *g, size_t max, uint64_t max_values);
void tracks_release(struct tracks *t);

enum tracked {
	TRACKED_TAKEN,
	TRACKED_REFUSED, /* e says why */
	TRACKED_STOP,    /* max_values is reached: e is set, EX_SYSTEM */
};
/* A record's number, under its time. A value that is missing (absent, null, NaN) is counted. */
enum tracked tracks_take(struct tracks *t, const struct record *r, struct err *e);

/* By name; the points of each by time. */
void tracks_sort(struct tracks *t);

#endif
