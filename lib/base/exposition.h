/*
 * Metrics in the Prometheus text format 0.0.4, for the node exporter's textfile
 * folder and for scrapes.
 */
#ifndef AIOPS_BASE_EXPOSITION_H
#define AIOPS_BASE_EXPOSITION_H

#include "base/buf.h"
#include "base/span.h"

/* Of a label's value: longer ones are cut. */
#define EXPOSITION_VALUE_MAX 100

struct exposition_label {
	const char *name; /* NULL ends a list */
	struct span value;
};

/* # HELP and # TYPE, once in front of a family's samples. */
void exposition_family(struct buf *out, const char *name, const char *type, const char *help);

/* One sample; suffix ("_sum", "_bucket") may be "". labels may be NULL. */
void exposition_sample(struct buf *out, const char *name, const char *suffix,
		       const struct exposition_label *labels, double value);

#endif
