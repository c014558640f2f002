/*
 * Labels as documents have them, before they are sorted into a record.
 */
#ifndef AIOPS_INGEST_LABELS_H
#define AIOPS_INGEST_LABELS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/span.h"
#include "record/event.h"
#include "record/record.h"

/* Reads an object of strings. -1 if it is none; e says which member is not a string.
 * *items (capacity *cap) grows and belongs to the caller. */
NODISCARD int labels_read(struct value object, const char *what, struct label **items, size_t *cap,
			  size_t *n, struct err *e);

/* The value of the label of that name, or SPAN_NONE. */
struct span label_named(const struct label *labels, size_t n, struct span name);

bool value_is_empty_array(struct value v);

#endif
