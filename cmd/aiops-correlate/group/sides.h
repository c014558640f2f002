/*
 * Where a pair, or a place, was seen last among alerts with the same values of
 * the labels that keep apart: what struct pair and struct place_state say of all
 * alerts. So that alerts of two clusters that come in turn each find their own
 * incident.
 */
#ifndef AIOPS_CORRELATE_SIDES_H
#define AIOPS_CORRELATE_SIDES_H

#include "aiops-correlate/group/link.h"

struct side {
	struct pair *pair; /* held, NULL: a place */
	int place;
	struct group_ref group;
	int64_t last_ns;
};

void sides_release(struct engine *en);
/* From now on p, or place if p is NULL, leads alerts of that scope to g. */
void side_put(struct engine *en, struct pair *p, int place, struct span scope, struct group_ref g,
	      int64_t at_ns);
/* The scope of an entry of en->sides. */
struct span side_scope(const struct map_entry *it);
/* As links_note, for the side that the pairs' values say. */
void sides_note(struct engine *en, struct pair *const *pairs, size_t n, int place,
		struct group_ref g, int64_t at_ns);
/* Adds to links what s, of these values, is linked to on its own side. */
void sides_look(const struct engine *en, const struct sighting *s, int place,
		struct pair *const *values, struct links *links);
/* The topology is another one. */
void sides_move(struct engine *en, const struct topology *from, const struct topology *to);

#endif
