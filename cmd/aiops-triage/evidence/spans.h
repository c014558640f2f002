/*
 * Spans of traces, the last ones, in bounded memory: a ring.
 */
#ifndef AIOPS_TRIAGE_SPANS_H
#define AIOPS_TRIAGE_SPANS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "base/span.h"
#include "record/record.h"

enum span_side { SPAN_INNER, SPAN_CLIENT, SPAN_SERVER };

/* One span; its texts are in one block. */
struct trace_span {
	int64_t at_ns;
	double duration_ms;
	bool error;
	enum span_side side;
	char *text; /* owned */
	struct span record_id, trace, id, parent, name, component, service, host;
	size_t bytes;
};

struct span_store {
	struct trace_span *slots; /* oldest at first, wrapping at cap */
	size_t first, n, cap;
	size_t bytes, max_bytes;
	uint64_t dropped;
};

void span_store_init(struct span_store *st, size_t max_bytes);
void span_store_release(struct span_store *st);

/* Keeps a parsed trace record that has an id of its own and a duration. Amortised O(size). */
void span_store_add(struct span_store *st, const struct record *r);

/* The i-th, oldest arrival first; NULL behind the last. */
const struct trace_span *span_store_at(const struct span_store *st, size_t i);

#endif
