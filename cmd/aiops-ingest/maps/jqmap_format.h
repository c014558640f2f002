/*
 * A map as a format of aiops-ingest.
 */
#ifndef AIOPS_INGEST_JQMAP_FORMAT_H
#define AIOPS_INGEST_JQMAP_FORMAT_H

#include "aiops-ingest/maps/jqmap.h"

/* Puts the functions of m->format in. */
void jqmap_format_fill(struct jqmap *m);

/* The state of m's format for one run: format.open cannot be used, since it does not say which. */
void *jqmap_format_open(const struct jqmap *m, struct ingest *in);

/* For --list-formats, behind the native ones, and the words for whose map it is. */
void jqmap_list(const struct jqmap_set *set, struct buf *out);

#endif
