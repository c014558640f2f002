#include "aiops-correlate/index.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"

void index_init(struct index *t)
{
	uint8_t more[16];

	memset(t, 0, sizeof *t);
	map_seed((uint8_t *)t->seed);
	map_seed(more);
	memcpy(&t->seed[2], more, sizeof t->seed[2]);
}

void index_release(struct index *t)
{
	free(t->items);
	free(t->slots);
	memset(t, 0, sizeof *t);
}

uint32_t index_hash(const struct index *t, struct span key)
{
	return (uint32_t)map_hash((const uint8_t *)t->seed, key);
}

static void put_slot(struct index *t, uint32_t hash, uint32_t at)
{
	size_t mask = t->slot_count - 1, i = hash & mask;

	while (t->slots[i].at)
		i = (i + 1) & mask;
	t->slots[i] = (struct index_slot){hash, at};
}

/* Drops what was removed, and rebuilds the slots for at least need items. */
static void rebuild(struct index *t, size_t need)
{
	struct index_slot *old = t->slots;
	size_t n_old = t->slot_count, to = 0;
	uint32_t *moved = mem_array(NULL, t->used, sizeof *moved); /* new place + 1 */

	for (size_t i = 0; i < t->used; i++) {
		moved[i] = t->items[i] ? (uint32_t)to + 1 : 0;
		if (t->items[i])
			t->items[to++] = t->items[i];
	}
	t->used = to;
	for (t->slot_count = 16; t->slot_count < need + need / 2;)
		t->slot_count *= 2;
	t->slots = mem_zalloc(t->slot_count * sizeof *t->slots);
	for (size_t i = 0; i < n_old; i++)
		if (old[i].at && moved[old[i].at - 1])
			put_slot(t, old[i].hash, moved[old[i].at - 1]);
	free(old);
	free(moved);
}

void *index_get(const struct index *t, uint32_t hash,
		bool (*same)(const void *item, const void *key), const void *key)
{
	size_t mask = t->slot_count - 1;

	if (t->live == 0)
		return NULL;
	for (size_t i = hash & mask; t->slots[i].at; i = (i + 1) & mask) {
		void *item;

		if (t->slots[i].hash != hash)
			continue;
		item = t->items[t->slots[i].at - 1];
		if (item && same(item, key))
			return item;
	}
	return NULL;
}

void index_add(struct index *t, uint32_t hash, void *item)
{
	/* slots of removed items are taken until the next rebuild */
	if ((t->used + 1) + (t->used + 1) / 2 > t->slot_count)
		rebuild(t, (t->live + 1) * 4 / 3);
	mem_grow(t->items, t->cap, t->used + 1);
	t->items[t->used++] = item;
	t->live++;
	put_slot(t, hash, (uint32_t)t->used);
}

void index_remove(struct index *t, uint32_t hash, const void *item)
{
	size_t mask = t->slot_count - 1;

	if (t->live == 0)
		return;
	for (size_t i = hash & mask; t->slots[i].at; i = (i + 1) & mask) {
		void **place = &t->items[t->slots[i].at - 1];

		if (t->slots[i].hash != hash || *place != item)
			continue;
		*place = NULL; /* the slot stays, so that probing goes on past it */
		t->live--;
		if (t->used > 64 && t->live < t->used / 4)
			rebuild(t, t->live + 1);
		return;
	}
}

void *index_next(const struct index *t, size_t *i)
{
	while (*i < t->used && !t->items[*i])
		++*i;
	return *i < t->used ? t->items[(*i)++] : NULL;
}
