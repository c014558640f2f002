/*
 * A line of a text log that is a JSON object: the fields that loggers agree on.
 */
#ifndef AIOPS_INGEST_TEXT_JSON_H
#define AIOPS_INGEST_TEXT_JSON_H

#include "aiops-ingest/emit.h"
#include "aiops-ingest/formats/stamp.h"

enum { TEXT_MAX_LABELS = 16 };

/* Fills time, severity, title, trace_id, span_id and, in labels, what the aliases promote. Borrowed
 * from the record, for as long as it is, though its line may be gone. */
void text_json_read(const struct record *r, const struct stamp_options *opt,
		    const struct aliases *aliases, struct label labels[static TEXT_MAX_LABELS],
		    struct event *ev);

#endif
