/*
 * The shape of the last lines, remembered: a metric stream repeats one line
 * with other numbers, so what stands the same is compared and only the rest is
 * read. Private to lib/record; record.h says what a caller sees of it.
 *
 * A shape is a line that the full parser accepted, with its tape. Its scalars
 * are slots; a slot that was seen to vary is read by itself, everything between
 * two such slots must be the same bytes. A line that fits puts its new scalars
 * into the shape's tape, so nothing behind the parser can tell the difference.
 * Whatever is not exactly as expected (other keys, order, white space or
 * nesting, an escape or a byte above 127 in a varying string, another type,
 * more than 19 digits) is left to the full parser.
 */
#ifndef AIOPS_RECORD_SCAN_H
#define AIOPS_RECORD_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "record/tape.h"

/* Lines of more bytes or scalars are not remembered. */
#define SCAN_LINE_MAX 8192
#define SCAN_SLOTS    128
/* Paths that record_watch takes. */
#define SCAN_PATHS 72

struct scan;

struct scan *scan_new(void);
void scan_free(struct scan *s);

/* See record_watch; paths are borrowed. Forgets all shapes. */
void scan_watch(struct scan *s, const char *const *paths, size_t n, size_t n_key);

/* True if line fits a shape: *out is its tape, with the line's values, valid until
 * the next call. RECORD_PADDING bytes must be readable behind the line. O(len). */
bool scan_line(struct scan *s, struct span line, struct tape *out);

/* Remembers a line that the full parser accepted as t. Some lines are not, when
 * learning has not paid off lately. O(len). */
void scan_learn(struct scan *s, struct span line, const struct tape *t);

/* Puts the key of the current line together: see scan_key in scan_impl.h. */
void scan_make_key(struct scan *s);

#endif
