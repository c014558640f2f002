/*
 * From what a map yields (aiops-maps(5)) to an event: types, times, severities,
 * numbers, whatever map it was.
 */
#ifndef AIOPS_INGEST_JQMAP_EVENT_H
#define AIOPS_INGEST_JQMAP_EVENT_H

#include "aiops-ingest/emit.h"
#include "aiops-ingest/maps/jqmap.h"

/* Room that the event's spans point into. */
struct jqmap_reader {
	struct label *labels, *annotations, *links;
	size_t labels_cap, annotations_cap, links_cap;
};

void jqmap_reader_release(struct jqmap_reader *x);

/* Reads the object under "e". The event is valid until the next call and while r is. -1: e says
 * which field is wrong; an unknown field is. */
NODISCARD int jqmap_event_read(struct jqmap_reader *x, struct ingest *in, const struct jqmap *m,
			       const struct record *r, struct event *ev, struct err *e);

#endif
