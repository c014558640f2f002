/*
 * What happened, in the order in which it happened: moments taken out of rows of
 * the log. One row may tell of many (an incident of its alerts), and many rows of one
 * (each revision of an incident names all its alerts): a moment counts once.
 */
#ifndef AIOPS_AUDIT_TIMELINE_H
#define AIOPS_AUDIT_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-audit/row.h"
#include "base/buf.h"
#include "base/instant.h"
#include "base/map.h"
#include "record/event.h"

enum lane {
	LANE_ALERT,
	LANE_CHANGE,
	LANE_INCIDENT,
	LANE_HYPOTHESIS,
	LANE_DECISION,
	LANE_ACTION,
	LANE_OTHER,
	LANE_COUNT
};
/* "alert", "change", "incident", "hypothesis", "decision", "action", "other". */
const char *lane_name(enum lane lane);

struct moment {
	struct instant at;
	int64_t seq; /* of the row that told of it first */
	enum lane lane;
	enum severity severity; /* of alerts and incidents, else unknown */
	bool bad;               /* something failed, or was refused */
	char *text;             /* owned; what happened, any bytes */
	char *actor;            /* owned; who did it, NULL: nobody in particular */
};

struct timeline {
	struct moment *moments;
	size_t n, cap;
	struct map seen; /* what has been told */
};

void timeline_init(struct timeline *t);
void timeline_release(struct timeline *t);

/* Takes the moments out of a row; record is NULL for a redacted one. */
void timeline_add(struct timeline *t, const struct row *row, const struct record *record);
/* By time, seq and lane. Call it once after the last row. */
void timeline_sort(struct timeline *t);

/* Appends lines "09:09:19 +1:25 alert  ...", a line with the day where it changes; at most width
 * characters each (0: any), safe for a terminal. */
void timeline_print(const struct timeline *t, size_t width, struct buf *out);

#endif
