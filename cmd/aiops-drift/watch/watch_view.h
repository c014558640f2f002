/*
 * What was watched, for people: a table, and lines drawn with characters.
 */
#ifndef AIOPS_DRIFT_WATCH_VIEW_H
#define AIOPS_DRIFT_WATCH_VIEW_H

#include "aiops-drift/watch/watch_series.h"
#include "base/buf.h"

struct watch_view {
	bool plot;      /* a sparkline of the last values */
	bool unicode;   /* block characters, else ASCII */
	size_t columns; /* lines are at most so wide; 0: any */
};

/* Appends a row for each series, in order of their names, and a last line of totals. */
void watch_view_write(const struct series_table *t, const struct watch_view *how, struct buf *out);

/* Appends the values as characters of different height; values that are not finite as blanks. */
void sparkline(const float *values, size_t n, bool unicode, struct buf *out);

#endif
