/*
 * Rows of the log in the forms that other stores take, gathered into batches.
 */
#ifndef AIOPS_AUDIT_EXPORT_BATCH_H
#define AIOPS_AUDIT_EXPORT_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "aiops-audit/row.h"

enum export_to {
	EXPORT_NDJSON,        /* the record, with all that a check of its row needs */
	EXPORT_LOKI,          /* push API: {"streams":[...]}, labels job and kind */
	EXPORT_ELASTICSEARCH, /* bulk API: _id is LOG-SEQ, so that a repeat changes nothing */
	EXPORT_CSV,
};

struct piece {
	int64_t seq;
	size_t at, len; /* in bytes of the batch's text */
};

struct batch {
	enum export_to to;
	struct buf text;
	struct piece *pieces;
	size_t n, cap;
};

void batch_init(struct batch *b, enum export_to to);
void batch_release(struct batch *b);
void batch_clear(struct batch *b);

/* Adds a row; record is NULL for a redacted one; prev is the hash of the row before it. */
void batch_add(struct batch *b, const struct row *row, const struct record *record,
	       struct span prev);

/* Appends what is sent of pieces from to to (without the last), and its content type. */
void batch_body(const struct batch *b, size_t from, size_t to, struct buf *out);
const char *batch_content_type(enum export_to to);

#endif
