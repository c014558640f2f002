/*
 * The body of a delivery to records: the feed of its format, with what came out and
 * what was rejected kept for the answer. Nothing here knows HTTP.
 */
#ifndef AIOPS_INGEST_INTAKE_H
#define AIOPS_INGEST_INTAKE_H

#include "aiops-ingest/formats/format.h"
#include "base/buf.h"

enum { DELIVERY_REJECTS = 10 }; /* named in the answer; further ones are counted */

struct delivery {
	struct buf events; /* lines of records, each with its LF */
	int64_t records, rejected;
	struct refusal {
		int64_t line; /* of the body, on which what was rejected begins */
		char code[24];
		char *message; /* owned */
	} rejects[DELIVERY_REJECTS];
	size_t n_rejects;
};

void delivery_init(struct delivery *d, size_t max_events_bytes);
void delivery_release(struct delivery *d);

struct intake;

/* sink: reject and warn are called beside what the delivery keeps; the others are not. A reject
 * that answers -1 with EX_BADDATA (--strict) does not end the reading of the body. */
struct intake *intake_new(const struct ingest_options *opt, const struct sink *sink,
			  const struct env *env);
void intake_free(struct intake *in);

/* Reads body as format, NULL: by its shape, into d, which is fresh. Control lines are rejected:
 * whoever may post may not move our clock. Errors: EX_IO, from the sink. */
NODISCARD int intake_read(struct intake *in, const struct format *format, struct span body,
			  struct delivery *d, struct err *e);

/* What all deliveries together gave. */
struct ingest_counts intake_counts(const struct intake *in);

#endif
