/*
 * The parts of a syslog message: RFC 5424, and what is sent in the shape that
 * RFC 3164 describes. Pure.
 */
#ifndef AIOPS_INGEST_SYSLOG_H
#define AIOPS_INGEST_SYSLOG_H

#include "aiops-ingest/emit.h"
#include "aiops-ingest/formats/arena.h"
#include "aiops-ingest/formats/labelset.h"
#include "aiops-ingest/formats/stamp.h"

struct syslog_message {
	int facility;
	struct span severity; /* its digit */
	struct event_time time;
	unsigned flags; /* enum event_flags */
	/* SPAN_NONE: nil or not there */
	struct span host, app, procid, msgid, body;
};

/* Reads a message; structured data becomes labels ID.NAME of data (values may lie in words). -1: e
 * says what is wrong. */
NODISCARD int syslog_read(struct span s, const struct stamp_options *opt, struct arena *words,
			  struct labelset *data, struct syslog_message *out, struct err *e);

/* True for "<0>" to "<191>" at the front; *len is what it takes. */
bool syslog_priority(struct span s, int *priority, size_t *len);

/* The count in front of an octet-counted frame (RFC 6587, 3.4.1): *header is what it takes, with
 * its space. False if there is none. */
bool syslog_count(struct span s, size_t *count, size_t *header);

#endif
