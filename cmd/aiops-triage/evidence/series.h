/*
 * The course of metrics, as far as it is remembered: for each series a ring of
 * its last points. All in bounded memory: the more series there are, the fewer
 * points each keeps, and when even few are too much, the series that was not
 * seen for longest goes.
 */
#ifndef AIOPS_TRIAGE_SERIES_H
#define AIOPS_TRIAGE_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-triage/evidence/kinds.h"
#include "base/map.h"
#include "base/span.h"
#include "record/record.h"

#define SERIES_POINTS_MAX 4096
#define SERIES_POINTS_MIN 32

struct point {
	int64_t at_ns;
	double value;
	char *id; /* of its record; owned */
};

struct series {
	char *text; /* owned: what the spans point to */
	struct span key, name, component, service, host;
	struct call call;               /* whose call it is of, if it is */
	const struct metric_kind *kind; /* NULL: the table does not know it */
	double statistic;               /* a percentile, or STATISTIC_MEAN */
	bool is_counter;                /* by its name: it only grows, its rate is what counts */
	struct point *points;           /* a ring in order of arrival, oldest at first */
	size_t first, n, cap;
	struct series *older, *newer; /* by when they were last seen */
};

struct series_store {
	struct map by_key;
	struct series *oldest, *newest;
	const struct metric_kinds *kinds; /* borrowed; NULL: nothing is kept */
	size_t n, bytes, max_bytes;
	size_t most;      /* no series has more points */
	uint64_t dropped; /* series that had to go */
};

void series_store_init(struct series_store *st, const struct metric_kinds *kinds, size_t max_bytes);
void series_store_release(struct series_store *st);

/* Keeps the value of a parsed metric record; what has no finite number or no time is left out.
 * Amortised O(size of the record). */
void series_add(struct series_store *st, const struct record *r);

/* The i-th point, oldest arrival first. */
const struct point *series_at(const struct series *s, size_t i);

/* for (struct series *s = series_next(st, NULL); s; s = series_next(st, s)): in order of their
 * last point. */
struct series *series_next(const struct series_store *st, const struct series *after);

#endif
