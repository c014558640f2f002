/*
 * The points of one OTLP metric. Private to otlp_metric.c and
 * otlp_histogram.c.
 */
#ifndef AIOPS_INGEST_OTLP_METRIC_H
#define AIOPS_INGEST_OTLP_METRIC_H

#include "aiops-ingest/formats/otlp.h"

struct otlp_points {
	struct otlp *o;
	struct span name;
	struct event event; /* what all samples share */
	struct item point;
	struct labelset attributes; /* of the point */
	struct label notes[2];      /* annotations of the metric */
	size_t n_notes;
};

/* Hands one sample over, under the metric's name with a suffix and labels of its own; nothing
 * without a value. -1: the run ends. */
NODISCARD int otlp_sample(struct otlp_points *m, const char *suffix, const struct label *own,
			  size_t n_own, struct span value, struct err *e);
/* count, sum, min and max. stop and e as of the functions below. */
NODISCARD int otlp_totals(struct otlp_points *m, struct err *stop, struct err *e);

/* One point as samples. -1 with e set: it cannot be read; with stop set: the run ends. */
NODISCARD int otlp_histogram(struct otlp_points *m, struct err *stop, struct err *e);
NODISCARD int otlp_exponential(struct otlp_points *m, struct err *stop, struct err *e);

#endif
