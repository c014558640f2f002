#include "aiops-correlate/group/apart.h"

#include <stdlib.h>
#include <string.h>

#include "aiops-correlate/group/sides.h"

static bool differ(const struct pair *a, const struct pair *b)
{
	/* the same value may be a label here and a field of the record there */
	return a && b && a != b && !span_eq(pair_value_span(a), pair_value_span(b));
}

static bool clash(struct pair *const *a, struct pair *const *b)
{
	for (size_t i = 0; i < APART_MAX; i++)
		if (differ(a[i], b[i]))
			return true;
	return false;
}

void apart_values(struct pair *const *pairs, size_t n, struct pair *out[static APART_MAX])
{
	memset(out, 0, APART_MAX * sizeof *out);
	for (size_t i = 0; i < n; i++)
		if (pairs[i]->name->apart)
			out[pairs[i]->name->apart - 1] = pairs[i];
}

static void values_of(const struct sighting *s, struct pair **out)
{
	apart_values(s->pairs, s->n_pairs, out);
}

/* ---- what must not be joined ---- */

static void fill(struct pair **into, struct pair *const *from)
{
	for (size_t i = 0; i < APART_MAX; i++)
		if (!into[i])
			into[i] = from[i];
}

static int by_serial(const void *a, const void *b)
{
	const struct link *x = a, *y = b;

	return (x->g->serial > y->g->serial) - (x->g->serial < y->g->serial);
}

static bool stands(const struct links *links, struct pair *const *own)
{
	struct pair *waits[APART_MAX];

	if (links->best.pending) {
		values_of(links->best.pending, waits);
		return !clash(own, waits);
	}
	for (size_t i = 0; i < links->n; i++)
		if (links->items[i].g == links->best.g)
			return true;
	return false;
}

/* The strongest of those that are left. */
static void choose_best(struct links *links)
{
	links->best = (struct link){0};
	for (size_t i = 0; i < links->n; i++)
		if (i == 0 || links->items[i].rarity > links->best.rarity)
			links->best = links->items[i];
}

/* Those that s must not join, or must not join together, go. */
static void keep_apart(struct links *links, struct pair *const *own)
{
	struct pair *all[APART_MAX];
	size_t kept = 0;

	memcpy(all, own, sizeof all);
	if (links->n)
		qsort(links->items, links->n, sizeof *links->items, by_serial);
	for (size_t i = 0; i < links->n; i++) {
		if (clash(all, links->items[i].g->apart))
			continue;
		fill(all, links->items[i].g->apart);
		links->items[kept++] = links->items[i];
	}
	links->n = kept;
}

void links_keep_apart(const struct engine *en, const struct sighting *s, int place,
		      struct links *links)
{
	struct pair *own[APART_MAX];

	if (!apart_is_used(en))
		return;
	values_of(s, own);
	sides_look(en, s, place, own, links);
	keep_apart(links, own);
	if ((links->best.g || links->best.pending) && !stands(links, own))
		choose_best(links);
}

void group_note_apart(struct group *g, const struct sighting *s)
{
	struct pair *own[APART_MAX];

	values_of(s, own);
	for (size_t i = 0; i < APART_MAX; i++)
		if (own[i] && !g->apart[i])
			g->apart[i] = pair_hold(own[i]);
}

void group_merge_apart(struct group *into, const struct group *from)
{
	for (size_t i = 0; i < APART_MAX; i++)
		if (from->apart[i] && !into->apart[i])
			into->apart[i] = pair_hold(from->apart[i]);
}
