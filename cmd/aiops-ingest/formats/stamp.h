/*
 * The time at the front of a log line, in the shapes that servers write.
 * Pure: the current time and the zone of times that name none are arguments.
 */
#ifndef AIOPS_INGEST_STAMP_H
#define AIOPS_INGEST_STAMP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/instant.h"
#include "base/span.h"
#include "base/zone.h"

struct stamp_options {
	struct instant now; /* gives the year that a stamp leaves out: the latest that is not past
			       tomorrow */
	const struct zone
		*zone; /* of stamps without one; NULL: they are taken as UTC, zone_assumed */
};

/* Shapes that other code asks for; stamp.c and stamp_shape.c know more. */
enum stamp_shape {
	STAMP_OTHER,
	STAMP_SYSLOG,
	STAMP_CLF,
	STAMP_DIGITS,
	STAMP_MONTH_DAY,
	STAMP_JUL,
	STAMP_BGL,
	STAMP_HPC,
};

struct stamp {
	struct instant time;
	bool year_assumed, zone_assumed;
	struct span before; /* what stood before it in the line ("1234:M", a client's address) */
	struct span rest;   /* what stands behind it, separators skipped */
	struct span level;  /* a level that is part of the stamp (glog's letter), or SPAN_NONE */
	bool logfmt;        /* it is the value of a key; rest is the whole line */
	const char *shape;  /* name of the shape, static */
	enum stamp_shape kind;
};

/* Finds the stamp of line. *hint is the shape tried first and is set to the one
 * that matched; 0 to begin with. False if there is none. */
bool stamp_find(struct span line, const struct stamp_options *opt, size_t *hint, struct stamp *out);

/* The text of a time that stands alone ("2026-11-21 09:09:19,095", an epoch). */
bool stamp_parse(struct span text, const struct stamp_options *opt, struct stamp *out);

#endif
