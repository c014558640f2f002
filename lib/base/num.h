/*
 * Numbers, durations and sizes from text and back, range-checked.
 */
#ifndef AIOPS_BASE_NUM_H
#define AIOPS_BASE_NUM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/* A decimal integer in [min, max], the whole span. Errors: EX_BADUSAGE. */
NODISCARD int num_parse_i64(struct span s, int64_t min, int64_t max, int64_t *out, struct err *e);

/* A finite decimal number, the whole span, C-locale syntax without hex, inf or nan. Errors:
 * EX_BADUSAGE. */
NODISCARD int num_parse_double(struct span s, double *out, struct err *e);

/* Milliseconds of "500ms", "30s", "5m", "2h", "7d", also sums like "1h30m". A
 * unit is required, except for a plain 0. Not negative. Errors: EX_BADUSAGE. */
NODISCARD int num_parse_duration_ms(struct span s, int64_t *out, struct err *e);

/* Bytes of "64K", "1M", "2G" (powers of 1024; KiB, MiB, GiB too) or a plain number. Errors:
 * EX_BADUSAGE. */
NODISCARD int num_parse_size(struct span s, size_t *out, struct err *e);

/* The shortest decimal that reads back as d: valid JSON. d must be finite. */
void num_add_double(struct buf *b, double d);

/* "1h30m", "45s", "250ms": the exact inverse of num_parse_duration_ms. */
void num_add_duration_ms(struct buf *b, int64_t ms);

/* True if s is a number by RFC 8259's grammar. */
bool num_is_json(struct span s);

#endif
