/*
 * A map as a running jq: one child for the whole stream, asked once for each
 * document, without environment, files or memory to spare. A child that does
 * not answer as it should is ended, and the next document has a new one.
 */
#ifndef AIOPS_INGEST_JQMAP_CHILD_H
#define AIOPS_INGEST_JQMAP_CHILD_H

#include "aiops-ingest/maps/jqmap.h"

struct jqmap_child;

/* jq: its absolute path. timeout_ms: for one document, the child's start included. max_record:
 * bytes of a document; what one makes is bounded by a multiple. Starts nothing yet. */
struct jqmap_child *jqmap_child_new(const struct jqmap *m, const char *jq, int64_t timeout_ms,
				    size_t max_record);
/* Ends the child, with a bound. NULL is accepted. */
void jqmap_child_free(struct jqmap_child *c);

enum jqmap_answer {
	JQMAP_EVENTS,  /* *lines: an object {"e":EVENT} a line, to be read with jqmap_next */
	JQMAP_REFUSED, /* the map says no: e says what */
	JQMAP_FAILED, /* the child did not do what a map does: e says what; EX_SYSTEM: there is none
		       */
};

/* Maps one document, valid JSON; previous is the element before it in its array, or SPAN_NONE.
 * lines are valid until the next call. */
enum jqmap_answer jqmap_ask(struct jqmap_child *c, struct span document, struct span previous,
			    struct span *lines, struct err *e);

#endif
