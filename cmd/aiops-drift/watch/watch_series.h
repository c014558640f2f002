/*
 * The series of a watch: who they are, what was learned of them, what fires.
 */
#ifndef AIOPS_DRIFT_WATCH_SERIES_H
#define AIOPS_DRIFT_WATCH_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-drift/alert.h"
#include "aiops-drift/watch/watch_rules.h"
#include "base/map.h"
#include "stats/anomaly.h"
#include "stats/cadence.h"
#include "stats/cusum.h"
#include "stats/flat.h"
#include "stats/hold.h"

/* The alarms that every series has; those of rules with a threshold stand behind. */
enum alarm_kind {
	ALARM_ANOMALY,
	ALARM_SHIFT,
	ALARM_FLAT,
	ALARM_MISSING,   /* of a heartbeat too */
	ALARM_THRESHOLD, /* the record's own threshold or judgement */
	ALARM_NEW,       /* of a log template: an error that was not there before */
	ALARM_FIXED,
};

/* What an alert that fires says; kept until it resolves. */
struct alarm {
	struct hold hold;
	enum severity severity;
	int64_t starts_ns;
	double threshold;
	int condition; /* enum watch_condition, -1: none */
};

enum series_kind { SERIES_METRIC, SERIES_HEARTBEAT, SERIES_LOGS };

struct series {
	enum series_kind kind;
	char *feature;               /* its name with labels; owned */
	char *base, *labels;         /* the two apart, labels as a JSON object; owned */
	char *origin[ORIGIN_FIELDS]; /* owned, NULL: none */
	struct watch_settings set;
	const struct watch_rule **rules; /* those with a threshold; owned, they are not */
	size_t n_rules;
	struct alarm *alarms; /* ALARM_FIXED + n_rules; owned */

	char *text; /* of a log template; owned, NULL: none */

	int64_t last_ns;  /* newest event time */
	bool seen;        /* last_ns and last are set */
	double last;      /* the value then; of a counter the counter */
	int64_t every_ns; /* a heartbeat's own interval, 0: unknown */

	struct anomaly anomaly;
	struct ewma *slots; /* season_slots() of them; owned */
	struct shift shift;
	struct flat flat;
	struct cadence cadence;

	double limit_rate, limit; /* of surprise, at the rate for which it was last asked */
	double points, alerts;    /* judged; fired */
	float recent[32];         /* the last values, for the sparkline; at points mod 32 */
};

struct series_table {
	struct map by_name; /* feature -> struct series */
	struct map by_key;  /* record_key of a line -> struct series; may be dropped at any time */
	struct series **items; /* in order of appearance; NULL: forgotten */
	size_t n, cap, live, max;
	const struct watch_rules *rules;
	struct watch_settings defaults;
};

void series_table_init(struct series_table *t, const struct watch_rules *rules,
		       const struct watch_settings *defaults, size_t max);
void series_table_release(struct series_table *t);

/* NULL if it is not there. */
struct series *series_find(const struct series_table *t, struct span feature);

/* A new series for a place that is not there yet, with the settings of the rules that match;
 * NULL if there are max of them. */
struct series *series_add(struct series_table *t, enum series_kind kind, struct span feature,
			  const struct place *p);

/* Forgets a series that is there; one by its index. */
void series_forget_one(struct series_table *t, const struct series *s);
void series_forget(struct series_table *t, size_t i);

/* Sets an origin field that is still empty. */
void series_origin(struct series *s, enum origin_field field, struct span text);

size_t series_alarms(const struct series *s);

/* The time after which silence is odd; INT64_MAX: never. */
int64_t series_deadline(const struct series *s);

/* False alarms a day that chance is expected to raise, by what was learned of its cadence. */
double series_expected_false(const struct series *s);

#endif
