/*
 * Steps through the samples of a Prometheus result, [[1700000000.123,"0.5"],...],
 * keeping the text of every number.
 */
#ifndef AIOPS_INGEST_SAMPLE_H
#define AIOPS_INGEST_SAMPLE_H

#include "base/span.h"

struct sample {
	struct span time;  /* number token, seconds */
	struct span value; /* the string's text; it holds no escapes */
};

/* The sample at the front of *rest, which is valid JSON: "[time,\"value\"]", with what
 * stands before it in an array. Returns 1 and advances *rest, 0 at the array's end, -1 for another
 * shape. */
int sample_next(struct span *rest, struct sample *out);

/* The whole of s as one sample. -1 for another shape. */
int sample_single(struct span s, struct sample *out);

#endif
