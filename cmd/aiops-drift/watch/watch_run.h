/*
 * One run of watch: what its parts share.
 */
#ifndef AIOPS_DRIFT_WATCH_RUN_H
#define AIOPS_DRIFT_WATCH_RUN_H

#include "aiops-drift/compare/grouping.h"
#include "aiops-drift/watch/watch.h"
#include "aiops-drift/watch/watch_judge.h"
#include "aiops-drift/watch/watch_logs.h"
#include "aiops-drift/watch/watch_series.h"
#include "aiops-drift/watch/watch_state.h"
#include "cli/filter.h"

/* The fields of a metric that are read in every record, behind those that decide its series. */
enum watch_field {
	WATCH_VALUE,
	WATCH_TIMESTAMP,
	WATCH_THRESHOLD,
	WATCH_CONDITION,
	WATCH_HEALTHY,
	WATCH_FIELDS
};

struct watch_counts {
	uint64_t points, late, duplicates, missing, beats, logs, anomalies, unwatched, ignored;
};

struct watch_run {
	struct cli *c;
	const struct watch_options *opt;
	struct watch_rules rules;
	struct grouping grouping;
	const char **paths; /* for record_watch; owned */
	size_t n_key;       /* WATCH_FIELDS more stand behind them */
	struct series_table table;
	struct watch_logs *logs; /* NULL: not watched */
	struct watch_state state;
	struct watch_clock clock; /* newest event time */
	int64_t next_deadline;    /* nothing can become due before */
	struct watch_counts counts;
	struct told told;
	struct buf queue, note, name; /* alerts to send; the annotation; a series' name */
	bool warned;
};

/* Event time has reached ns: tells of silence that is due, forgets what is long silent. */
void watch_advance(struct watch_run *w, int64_t ns);

/* A record of kind metric, or of any kind with --value. */
void watch_metric(struct watch_run *w, struct filter *f, const struct record *r);
void watch_heartbeat(struct watch_run *w, struct filter *f, const struct record *r);
void watch_log(struct watch_run *w, struct filter *f, const struct record *r);

#endif
