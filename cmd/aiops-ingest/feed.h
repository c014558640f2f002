/*
 * Bytes in, records out: finds where documents and lines begin and end, whose
 * format they are, and hands them over. The same bytes give the same records,
 * however they are cut into chunks.
 */
#ifndef AIOPS_INGEST_FEED_H
#define AIOPS_INGEST_FEED_H

#include "aiops-ingest/formats/format.h"

struct feed;

/* fixed: the format of -f, or NULL to find it for each document and each file of lines. */
struct feed *feed_new(const struct format *fixed, const struct ingest_options *opt,
		      const struct sink *sink, const struct env *env);
void feed_free(struct feed *f);

/* A new input begins; name is borrowed until the next one. */
void feed_begin(struct feed *f, const char *name);
/* -1: stop, e is set (--strict, dead letter). */
NODISCARD int feed_bytes(struct feed *f, struct span chunk, struct err *e);
/* What is held back for a line that may go on goes out: when the input pauses, and at a barrier. */
NODISCARD int feed_flush(struct feed *f, struct err *e);
/* The input ends; a document that does not is rejected. */
NODISCARD int feed_end(struct feed *f, struct err *e);

/* The source has answered, if with nothing new: its heartbeat goes out if it is due. */
void feed_alive(struct feed *f);

const struct ingest_counts *feed_counts(const struct feed *f);

#endif
