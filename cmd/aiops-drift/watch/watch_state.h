/*
 * The state file of watch: locked while it runs, read at the start, replaced atomically.
 * One JSON object a line: what holds for all, then one for each series.
 */
#ifndef AIOPS_DRIFT_WATCH_STATE_H
#define AIOPS_DRIFT_WATCH_STATE_H

#include "aiops-drift/watch/watch_logs.h"
#include "aiops-drift/watch/watch_series.h"
#include "base/err.h"

/* What is saved beside the series. */
struct watch_clock {
	bool set;
	int64_t ns; /* event time, the lateness taken off */
};

struct watch_state {
	const char *path; /* borrowed; NULL: no state is kept */
	int lock;         /* -1: none */
};

#define WATCH_STATE_INIT ((struct watch_state){.lock = -1})

/* logs may be NULL: its lines are then dropped. Locks path and reads it; a missing file is an empty
 * state. The rules and options decide anew what is watched; what was learned stays unless the
 * season changed. Errors: EX_TRYLATER, EX_CANNOTCREATE, EX_UNREADABLE, EX_BADCONFIG (damaged,
 * newer). */
NODISCARD int watch_state_open(struct watch_state *s, const char *path, struct series_table *t,
			       struct watch_logs *logs, struct watch_clock *clock, struct err *e);
NODISCARD int watch_state_write(const struct watch_state *s, const struct series_table *t,
				const struct watch_logs *logs, const struct watch_clock *clock,
				struct err *e);
void watch_state_close(struct watch_state *s);

#endif
