/*
 * What stands between a log line's time and its message, in the layouts of
 * known programmes, as a table of patterns: level, logger, component, host.
 */
#ifndef AIOPS_INGEST_GRAMMAR_H
#define AIOPS_INGEST_GRAMMAR_H

#include <stdbool.h>
#include <stddef.h>

#include "aiops-ingest/formats/stamp.h"
#include "base/span.h"

/* Borrowed from the line; SPAN_NONE where the layout has no such part. */
struct log_parts {
	struct span level, logger, component, host;
};

/* Reads the head of s->rest (for one layout, of s->before). *hint is the layout tried first and is
 * set to the one that matched; 0 to begin with. False if it is none of them: nothing is guessed. */
bool grammar_read(const struct stamp *s, size_t *hint, struct log_parts *out);

#endif
