/*
 * Gathers the labels or annotations of one event from several places.
 */
#ifndef AIOPS_INGEST_LABELSET_H
#define AIOPS_INGEST_LABELSET_H

#include "record/event.h"

/* Names and values are borrowed. */
struct labelset {
	struct label *items;
	size_t n, cap;
};

/* {NULL} is an empty set. */
void labelset_release(struct labelset *s);

/* Adds a label; one without a name or with an empty value is left out. */
void labelset_add(struct labelset *s, struct span name, struct span value);
/* Sorts by name; of labels of one name the one that was added first stays. O(n log n). */
void labelset_settle(struct labelset *s);

#endif
