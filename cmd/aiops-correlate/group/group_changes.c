/*
 * The changes that an incident carries.
 */
#include <string.h>

#include "aiops-correlate/group/group.h"
#include "base/mem.h"

/* Where c belongs among g's changes, by time. */
static size_t change_place(const struct group *g, const struct site_change *c)
{
	size_t at = g->n_changes;

	while (at > 0 &&
	       (g->changes[at - 1].at_ns > c->at_ns ||
		(g->changes[at - 1].at_ns == c->at_ns && strcmp(g->changes[at - 1].id, c->id) > 0)))
		at--;
	return at;
}

bool group_add_change(struct group *g, const struct site_change *c, struct words *ws)
{
	size_t at;

	for (size_t i = 0; i < g->n_changes; i++)
		if (strcmp(g->changes[i].id, c->id) == 0)
			return false;
	if (!g->changes)
		g->changes = mem_array(NULL, CHANGES_CARRIED, sizeof *g->changes);
	at = change_place(g, c);
	if (g->n_changes == CHANGES_CARRIED) { /* the earliest makes room */
		if (at-- == 0)
			return false;
		change_release(&g->changes[0], ws);
		memmove(g->changes, g->changes + 1, --g->n_changes * sizeof *g->changes);
	}
	memmove(g->changes + at + 1, g->changes + at, (g->n_changes - at) * sizeof *g->changes);
	g->changes[at] = change_copy(c);
	g->n_changes++;
	return true;
}
