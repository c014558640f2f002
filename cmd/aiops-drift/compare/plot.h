/*
 * Two distributions side by side, drawn with characters.
 */
#ifndef AIOPS_DRIFT_PLOT_H
#define AIOPS_DRIFT_PLOT_H

#include <stdbool.h>
#include <stddef.h>

#include "aiops-drift/compare/report.h"
#include "base/buf.h"

struct plot_style {
	size_t columns; /* of the terminal; lines are not longer, at 40 columns or more */
	bool colour;    /* escape sequences may be used */
	bool unicode;   /* block characters in eighths, else ASCII */
};

/*
 * Appends a heading and a histogram of both windows on common bins: equal widths over
 * the pooled 0.5 % to 99.5 % quantiles, so that one far value does not flatten the rest,
 * and a bin for what lies beyond on either side; or of the commonest categories. Bars
 * are shares of each window, on one scale. Nothing for a feature without values. The
 * samples must be sorted (analyse() does it).
 */
void plot_result(const struct result *r, const struct plot_style *style, struct buf *out);

#endif
