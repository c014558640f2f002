/*
 * The shapes of times in log lines, as a table of patterns.
 */
#ifndef AIOPS_INGEST_STAMP_SHAPE_H
#define AIOPS_INGEST_STAMP_SHAPE_H

#include "aiops-ingest/formats/stamp.h"

enum { SHAPE_CLF = 4, SHAPES = 14 };

/* Reads shape number `shape` at the front of s; *len is what it takes. Sets time, year_assumed,
 * zone_assumed, level and shape of *out. */
bool shape_read(struct span s, size_t shape, const struct stamp_options *opt, struct stamp *out,
		size_t *len);

/* Seconds (10 digits, also with a fraction), milli-, micro- or nanoseconds since 1970, of the years
 * 2001 to 2033. */
bool shape_read_epoch(struct span s, struct stamp *out, size_t *len);

#endif
