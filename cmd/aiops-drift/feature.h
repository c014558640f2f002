/*
 * The features of a run: for each, the two samples and what its records agree on.
 */
#ifndef AIOPS_DRIFT_FEATURE_H
#define AIOPS_DRIFT_FEATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-drift/grouping.h"
#include "base/instant.h"
#include "base/map.h"
#include "stats/sample.h"

/* A text that all records of a feature share; absent records do not disagree. */
struct shared {
	char *text; /* owned; NULL: none seen */
	bool conflict;
};

/* The fields of the event that a feature's records may share. */
enum shared_field {
	SHARED_SERVICE,
	SHARED_COMPONENT,
	SHARED_HOST,
	SHARED_ENV,
	SHARED_UNIT,
	SHARED_FIELDS
};
extern const char *const shared_names[SHARED_FIELDS];

enum window_id { WINDOW_REFERENCE, WINDOW_CURRENT, WINDOWS };

struct window {
	struct sample sample;
	bool timed;              /* from and to are known */
	struct instant from, to; /* oldest and newest event time */
};

struct feature {
	char *name;   /* grouping's */
	char *metric; /* the name without labels */
	char *labels; /* JSON object */
	struct shared shared[SHARED_FIELDS];
	struct window windows[WINDOWS];
};

struct features {
	const struct grouping *grouping; /* borrowed */
	struct map by_name;
	struct feature **items;
	size_t n, cap, max;
	uint64_t values, max_values; /* numbers kept, in both windows */
	struct buf name;
};

void features_init(struct features *f, const struct grouping *g, size_t max_features,
		   uint64_t max_values);
void features_release(struct features *f);

enum observed {
	OBSERVED_TAKEN,   /* a number, or a missing one */
	OBSERVED_IGNORED, /* not a record of this kind */
	OBSERVED_REFUSED, /* e says why */
	OBSERVED_STOP,    /* --max-values is reached: e is set, EX_SYSTEM */
};

/*
 * Puts a record's number into its feature's window. A value that is absent,
 * null, or one of the strings NaN, +Inf, -Inf is missing; another string, a
 * boolean, a container, or a number beyond the doubles is refused.
 */
enum observed features_observe(struct features *f, const struct record *r, enum window_id window,
			       struct err *e);

/* By name, byte order: the result does not depend on the order of input. */
void features_sort(struct features *f);

/* The text that all records of the feature share, or SPAN_NONE. */
struct span feature_shared(const struct feature *f, enum shared_field field);

#endif
