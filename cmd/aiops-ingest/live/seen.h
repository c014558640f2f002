/*
 * Which records an address has given already, by their id: the ids of its last two
 * answers. What it says again is left out; what it stopped saying is forgotten.
 */
#ifndef AIOPS_INGEST_SEEN_H
#define AIOPS_INGEST_SEEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/map.h"
#include "base/span.h"

enum { SEEN_MAX = 200000 }; /* ids of one answer; of more the first ones are kept */

struct seen {
	struct map now, before;
};

void seen_init(struct seen *s);
void seen_release(struct seen *s);

/* True if id is new; it is then known. */
bool seen_add(struct seen *s, struct span id);
/* An answer has been read: ids of the one before the last are forgotten. */
void seen_turn(struct seen *s);

#endif
