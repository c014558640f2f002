#include "aiops-correlate/tables/index.h"

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

/* Drops what was removed from items, and makes the slots anew for at least need items. */
static void rebuild(struct index *t, size_t need)
{
	struct index_slot *old = t->slots;
	size_t n_old = t->slot_count, to = 0;
	uint32_t *moved = mem_array(NULL, t->used, sizeof *moved); /* new place + 1 */

	for (size_t i = 0; i < t->used; i++) {
		moved[i] = (uint32_t)to + 1;
		if (t->items[i])
			t->items[to++] = t->items[i];
	}
	t->used = to;
	for (t->slot_count = 16; t->slot_count < need + need / 2;)
		t->slot_count *= 2;
	t->slots = mem_zalloc(t->slot_count * sizeof *t->slots);
	for (size_t i = 0; i < n_old; i++)
		if (old[i].at)
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
		if (same(item, key))
			return item;
	}
	return NULL;
}

void index_add(struct index *t, uint32_t hash, void *item)
{
	bool full = (t->live + 1) + (t->live + 1) / 2 > t->slot_count;
	bool sparse = t->used == t->cap && t->used > 64 && t->live < t->used / 2;

	if (full || sparse)
		rebuild(t, (t->live + 1) * 4 / 3);
	mem_grow(t->items, t->cap, t->used + 1);
	t->items[t->used++] = item;
	t->live++;
	put_slot(t, hash, (uint32_t)t->used);
}

/* Frees slot i; those behind it that probing reached over it move up. */
static void clear_slot(struct index *t, size_t i)
{
	size_t mask = t->slot_count - 1;

	for (size_t j = (i + 1) & mask; t->slots[j].at; j = (j + 1) & mask) {
		size_t home = t->slots[j].hash & mask;

		if (((j - home) & mask) < ((j - i) & mask))
			continue; /* at home behind i */
		t->slots[i] = t->slots[j];
		i = j;
	}
	t->slots[i].at = 0;
}

void index_remove(struct index *t, uint32_t hash, const void *item)
{
	size_t mask = t->slot_count - 1;

	if (t->live == 0)
		return;
	for (size_t i = hash & mask; t->slots[i].at; i = (i + 1) & mask) {
		if (t->slots[i].hash != hash || t->items[t->slots[i].at - 1] != item)
			continue;
		t->items[t->slots[i].at - 1] = NULL;
		clear_slot(t, i);
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
