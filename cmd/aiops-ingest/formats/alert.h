/*
 * One alert of Alertmanager, of its webhook or of its API, as an event.
 */
#ifndef AIOPS_INGEST_ALERT_H
#define AIOPS_INGEST_ALERT_H

#include "aiops-ingest/emit.h"

/* Room that the event's spans point into. */
struct alert_reader {
	struct label *labels, *annotations;
	size_t labels_cap, annotations_cap;
	struct buf suppressed; /* JSON array */
};

void alert_reader_init(struct alert_reader *a, size_t max_record);
void alert_reader_release(struct alert_reader *a);

/* Fills all of the event but the judgement of its severity (the word is set); valid until the next
 * call and while r is. -1: e says which member is missing or wrong. */
NODISCARD int alert_read(struct alert_reader *a, const struct record *r, struct event *ev,
			 struct err *e);

#endif
