/*
 * Members of objects whose keys may be dotted, nested, or both: {"log.level":1},
 * {"log":{"level":1}}.
 */
#ifndef AIOPS_INGEST_DOTTED_H
#define AIOPS_INGEST_DOTTED_H

#include "aiops-ingest/formats/arena.h"
#include "aiops-ingest/formats/item.h"
#include "aiops-ingest/formats/labelset.h"

/* The member "a.b.c" of an object, its keys split at any of the dots, longest first. VALUE_NONE if
 * there is none. */
struct item dotted_member(struct item object, const char *path);

/* Calls take for every value below the object that is no object itself, with its dotted name (in
 * words); arrays come whole. -1 as soon as take returns it. */
NODISCARD int dotted_each(struct item object, struct arena *words,
			  int (*take)(void *ctx, struct span name, struct item value,
				      struct err *e),
			  void *ctx, struct err *e);

#endif
