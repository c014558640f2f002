/*
 * OTLP's JSON encoding, in pieces: the values that logs, metrics and spans
 * share, and one function for each of them. Sources: opentelemetry-proto
 * (logs.proto, metrics.proto, trace.proto, common.proto) and the OTLP
 * specification, "JSON Protobuf Encoding" (64-bit integers may be strings,
 * enums numbers or names, ids hex).
 */
#ifndef AIOPS_INGEST_OTLP_H
#define AIOPS_INGEST_OTLP_H

#include "aiops-ingest/emit.h"
#include "aiops-ingest/formats/arena.h"
#include "aiops-ingest/formats/item.h"
#include "aiops-ingest/formats/labelset.h"

/* A resource or a scope, with copies of its words. */
struct otlp_context {
	struct arena words;
	struct labelset labels;
	bool known;      /* it came, or it cannot come any more */
	const char *bad; /* why it cannot be read; NULL: it can */
};

/* What reading one element needs. */
struct otlp {
	struct ingest *in;
	struct otlp_context resource, scope;
	struct arena words; /* of the element at hand */
	struct labelset labels, annotations;
	struct buf scratch;
};

/* ---- values ---- */

/* An AnyValue as text: strings and numbers as they are, arrays and maps as JSON. SPAN_NONE for an
 * empty one. Borrowed from the record or kept in words. */
NODISCARD int otlp_text(struct otlp *o, struct item any, struct arena *words, struct span *out,
			struct err *e);
/* Adds a list of attributes. */
NODISCARD int otlp_attributes(struct otlp *o, struct item list, const char *what,
			      struct labelset *out, struct err *e);
/* The same as copies that outlive the record, each name with a prefix. */
NODISCARD int otlp_keep_attributes(struct otlp *o, struct item list, const char *prefix,
				   struct otlp_context *out, struct err *e);
/* Nanoseconds since 1970; 0 and nothing are TIME_ABSENT. */
NODISCARD int otlp_time(struct item i, const char *what, struct event_time *out, struct err *e);
/* A trace's or span's id in lower case; SPAN_NONE for none and for zeros. */
NODISCARD int otlp_id(struct otlp *o, struct item i, const char *what, struct span *out,
		      struct err *e);
/* The number of an enum that stands as a number, or as one of names behind a prefix (NULL at the
 * end, the first is 0). -1 for what is neither; 0 if it is not there. */
int otlp_enum(struct item i, const char *prefix, const char *const *names);

/* Adds the labels of the resource and the annotations of the scope, and hands both sets to the
 * event. */
void otlp_surround(struct otlp *o, struct event *ev);

/* ---- elements; each hands its events over, and rejects what it cannot read ---- */

NODISCARD int otlp_log(struct otlp *o, const struct record *r, struct err *e);
NODISCARD int otlp_metric(struct otlp *o, const struct record *r, struct err *e);
NODISCARD int otlp_span(struct otlp *o, const struct record *r, struct err *e);

extern const char otlp_source[]; /* the format's name */

#endif
