/*
 * Which feature a record belongs to, remembered by the source bytes that decide
 * it, so that a name and labels are read once and not in every record.
 */
#ifndef AIOPS_DRIFT_RECALL_H
#define AIOPS_DRIFT_RECALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-drift/compare/grouping.h"
#include "base/map.h"
#include "record/record.h"

struct feature;

/* What is known of all records with one key. */
struct recalled {
	bool ignored;            /* of no kind that counts */
	struct feature *feature; /* borrowed; NULL until found */
	bool shared;             /* what they share was noted */
};

struct recall {
	const char **paths; /* for record_watch; owned, the texts borrowed */
	size_t n_paths, n_key;
	size_t value, timestamp, shared; /* indices into paths; of the first shared field */
	struct map by_key;
	struct recalled *items; /* owned */
	size_t cap;
	uint64_t last; /* version of the key of the record before; 0: there was none */
	size_t last_item;
};

/* g and the names of the shared fields are borrowed. */
void recall_init(struct recall *c, const struct grouping *g, const char *const *shared,
		 size_t n_shared);
void recall_release(struct recall *c);

/* What is known of the record's like, made if there was none; valid until the next
 * call. NULL when the record has no key (see record_key). */
struct recalled *recall_find(struct recall *c, const struct record *r);

#endif
