/*
 * Cuts a JSON document into parts while it streams past, so that a document of
 * any size is never held whole.
 *
 * A part is an object inside an array that the caller named ("alerts[]",
 * "[].alerts[]", "data.result[]"), or the document itself, from which those
 * elements are left out: {"receiver":"r","alerts":[],"version":"4"}. Inner
 * parts come out before the part that they stood in; what has come of that one
 * can be asked for meanwhile (split_around). Bytes are copied verbatim.
 *
 * Checked here is only what cutting needs: brackets, commas and colons in
 * their places, strings that end on their line, depth. What is inside a part
 * is checked when the part is parsed; a bad part does not spoil the document.
 */
#ifndef AIOPS_INGEST_SPLIT_H
#define AIOPS_INGEST_SPLIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-ingest/formats/array_path.h"
#include "base/buf.h"
#include "base/span.h"
#include "record/record.h"

#define SPLIT_ROOT      (-1)
#define SPLIT_MAX_CUTS  48
#define SPLIT_MAX_PARTS (ARRAY_PATH_NODES + 1) /* the document, and parts inside one another */

struct split;

struct split_part {
	int cut;          /* index into the cuts given to split_new, or SPLIT_ROOT */
	struct span text; /* RECORD_PADDING readable bytes behind it; valid until the next call */
	int64_t offset;   /* of its first byte in the document */
	bool too_long;    /* longer than max_bytes: text holds its beginning */
};

struct split_fault {
	enum reject_code code;
	const char *what; /* static text */
	int64_t offset;   /* of the offending byte in the document */
	bool starts_line; /* that byte is the first of a line and may begin another document */
};

enum split_result {
	SPLIT_MORE,   /* the chunk is used up */
	SPLIT_PART,   /* an element */
	SPLIT_END,    /* the document is complete: the part is SPLIT_ROOT */
	SPLIT_BROKEN, /* split_fault says why; the offending byte is not consumed */
};

/* cuts: up to SPLIT_MAX_CUTS paths, each ending in "[]", borrowed for the life of the
 * splitter. Memory is bounded by max_bytes for each part that is open at a time. */
struct split *split_new(const char *const *cuts, size_t n_cuts, size_t max_bytes);
void split_free(struct split *s);

/* Makes ready for the first byte of a document, '{' or '['. lines: earlier documents of this
 * input had a line each, so a '{' that starts a line inside this one means that it was cut off. */
void split_begin(struct split *s, bool lines);

/* Takes bytes from the front of *in. O(len). */
enum split_result split_feed(struct split *s, struct span *in, struct split_part *part);

/* After SPLIT_BROKEN, or at the end of input in mid-document (code syntax, "ends in ..."). */
struct split_fault split_fault(const struct split *s);
/* After SPLIT_PART: how many parts stand around the one that was handed out. The document is number
 * 0, the innermost the last. */
size_t split_depth(const struct split *s);
int64_t split_offset(const struct split *s, size_t i);
/* Part number i of them: its cut and offset, and in *text what has come of it, with the brackets
 * that are still open closed, so that it is JSON: {"resource":{},"scopeLogs":[]}. text is cleared
 * first. */
void split_around(const struct split *s, size_t i, struct split_part *part, struct buf *text);

/* What is held of the innermost open part, for a dead letter. */
struct span split_held(const struct split *s);

#endif
