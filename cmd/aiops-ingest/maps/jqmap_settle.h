/*
 * What of a map's event depends on several of its fields: severity on its scale,
 * which time is the event's, whether a metric keeps its bound.
 */
#ifndef AIOPS_INGEST_JQMAP_SETTLE_H
#define AIOPS_INGEST_JQMAP_SETTLE_H

#include "aiops-ingest/emit.h"
#include "aiops-ingest/maps/jqmap.h"

/* r: the answer, with the event under "e"; ev: its fields, read. */
NODISCARD int jqmap_settle(struct ingest *in, const struct jqmap *m, const struct record *r,
			   struct event *ev, struct err *e);

#endif
