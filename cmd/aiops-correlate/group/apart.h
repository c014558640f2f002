/*
 * Keeping alerts apart whose values of certain labels differ (group.apart of the
 * rules). An alert without such a label goes with either, but makes no bridge.
 */
#ifndef AIOPS_CORRELATE_APART_H
#define AIOPS_CORRELATE_APART_H

#include "aiops-correlate/group/link.h"

/* True if anything is kept apart. */
static inline bool apart_is_used(const struct engine *en)
{
	return en->pairs.rules && en->pairs.rules->n_apart > 0;
}

/* Those of the pairs that keep apart, each in its place; NULL where there is none. */
void apart_values(struct pair *const *pairs, size_t n, struct pair *out[static APART_MAX]);
/* Adds what s is linked to on its own side, and takes out of links what it must not join, or
 * must not join together. */
void links_keep_apart(const struct engine *en, const struct sighting *s, int place,
		      struct links *links);
/* g has s now: its values hold for g. */
void group_note_apart(struct group *g, const struct sighting *s);
/* from goes into `into`; its holds are not touched. */
void group_merge_apart(struct group *into, const struct group *from);

#endif
