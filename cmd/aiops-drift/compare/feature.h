/*
 * The features of a run: for each, the two samples and what its records agree on.
 */
#ifndef AIOPS_DRIFT_FEATURE_H
#define AIOPS_DRIFT_FEATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-drift/alert.h"
#include "aiops-drift/compare/grouping.h"
#include "aiops-drift/profile/recall.h"
#include "base/instant.h"
#include "base/map.h"
#include "stats/categories.h"
#include "stats/sample.h"
#include "stats/sketch.h"

/* A text that all records of a feature share; absent records do not disagree. */
struct shared {
	char *text; /* owned; NULL: none seen */
	bool conflict;
};

/* What the values are taken for. */
enum values_as {
	VALUES_AUTO, /* numbers; with a value path of the caller's choice texts and booleans too */
	VALUES_NUMBER,   /* only numbers */
	VALUES_CATEGORY, /* all by their text, numbers too */
};

enum window_id { WINDOW_REFERENCE, WINDOW_CURRENT, WINDOWS };

struct window {
	struct sample sample;     /* the numbers; the missing of all types */
	struct sketch *sketch;    /* owned; where it is, it has the numbers and the sample none */
	uint64_t texts, booleans; /* values counted in categories; of these from true and false */
	uint64_t new_texts;       /* that took a new counter */
	bool timed;               /* from and to are known */
	struct instant from, to;  /* oldest and newest event time */
};

struct feature {
	size_t serial;                       /* how many were made before it */
	char *name;                          /* grouping's */
	char *metric;                        /* the name without labels */
	char *labels;                        /* JSON object */
	struct shared shared[ORIGIN_FIELDS]; /* by enum origin_field */
	struct window windows[WINDOWS];
	struct categories *categories; /* owned; NULL until a text was seen */
};

struct features_options {
	const struct grouping *grouping; /* borrowed */
	enum values_as values_as;
	size_t max_features;
	uint64_t max_values;     /* numbers kept, in both windows; a category counts as 16 */
	size_t max_categories;   /* counted one by one, of each feature */
	const double *sentinels; /* borrowed: numbers that stand for a missing value */
	size_t n_sentinels;
};

struct features {
	struct features_options options;
	struct map by_name;
	struct feature **items;
	size_t n, cap;
	uint64_t values;  /* kept so far, see max_values */
	size_t max_batch; /* of sketch_add: all features share so much memory */
	struct recall recall;
	struct recalled *now;  /* of the record that was read last; NULL: nothing is remembered */
	struct buf name, text; /* of the observation under way */
};

void features_init(struct features *f, const struct features_options *o);
void features_release(struct features *f);

/* The feature of a place, made if it is new; NULL with e set when there is no room for it. */
struct feature *features_at(struct features *f, const struct place *p, struct err *e);

/* What a record that is read for these features should watch (record_watch); it works
 * without, more slowly. */
void features_watch(const struct features *f, struct record *r);

/* The event time of a record, as record_timestamp. */
NODISCARD int features_time(const struct features *f, const struct record *r, struct instant *out);

/* One value, as read from a record. */
enum seen { SEEN_MISSING, SEEN_NUMBER, SEEN_TEXT, SEEN_BOOLEAN };
struct observation {
	enum seen what;
	double number;    /* finite */
	struct span text; /* of texts and booleans; borrowed from the record or a buffer */
};

enum observed {
	OBSERVED_TAKEN,   /* a number, or a missing one */
	OBSERVED_IGNORED, /* not a record of this kind */
	OBSERVED_REFUSED, /* e says why */
	OBSERVED_STOP,    /* --max-values is reached: e is set, EX_SYSTEM */
};

/*
 * The value of a record and the feature that it belongs to, made if it is new. A value that is
 * absent, null, a sentinel, or one of the strings NaN, +Inf, -Inf is missing; a container, a
 * number beyond the doubles, and what values_as does not take are refused.
 * *feature and *o are set when the answer is OBSERVED_TAKEN.
 */
enum observed features_read(struct features *f, const struct record *r, struct feature **feature,
			    struct observation *o, struct err *e);

/* Puts an observation into a window. -1 (EX_SYSTEM): --max-values is reached. */
NODISCARD int features_put(struct features *f, struct feature *feature, const struct observation *o,
			   enum window_id window, struct err *e);

/* The same without counting against max_values, for values that are counted elsewhere. */
void features_fill(struct features *f, struct feature *feature, const struct observation *o,
		   enum window_id window);

/* The feature of that name, made if it is new; labels is a JSON object. NULL with e
 * set when there is no room for it. */
struct feature *features_find(struct features *f, struct span name, struct span metric,
			      struct span labels, struct err *e);

/* The feature's categories, made if there are none. */
struct categories *features_categories(const struct features *f, struct feature *feature);

/* Widens the window's range of event times. */
void window_note(struct window *w, struct instant t);

/* Notes what the feature's records share; r is the record that was read last. */
void features_share(struct features *f, struct feature *feature, const struct record *r);

/*
 * Reads a record, puts its value into a window, and notes the rest. A record that is
 * a profile is merged into the window of the feature that it names. Where the reference has a
 * profile, the current window is counted at its knots.
 */
enum observed features_observe(struct features *f, const struct record *r, enum window_id window,
			       struct err *e);

/* By name, byte order: the result does not depend on the order of input. */
void features_sort(struct feature **items, size_t n);

/* The text that all records of the feature share, or SPAN_NONE. */
struct span feature_shared(const struct feature *f, enum origin_field field);

#endif
