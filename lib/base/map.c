#include "base/map.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

_Static_assert(sizeof(((struct map *)0)->seed) == crypto_shorthash_KEYBYTES, "SipHash key size");

void map_seed(uint8_t seed[static 16])
{
	randombytes_buf(seed, crypto_shorthash_KEYBYTES);
}

uint64_t map_hash(const uint8_t seed[static 16], struct span key)
{
	uint64_t h;

	crypto_shorthash((unsigned char *)&h, (const unsigned char *)key.data, key.len, seed);
	return h;
}

void map_init(struct map *m)
{
	memset(m, 0, sizeof *m);
	map_seed(m->seed);
}

void map_clear(struct map *m)
{
	for (size_t i = 0; i < m->used; i++)
		free(m->entries[i].key);
	m->used = m->live = 0;
	if (m->slots)
		memset(m->slots, 0, m->slot_count * sizeof *m->slots);
}

void map_release(struct map *m)
{
	map_clear(m);
	free(m->entries);
	free(m->slots);
	m->entries = NULL;
	m->slots = NULL;
	m->cap = m->slot_count = 0;
}

/* The slot that holds key, or the free one where it belongs. */
static uint32_t *find_slot(const struct map *m, struct span key, uint64_t hash)
{
	size_t mask = m->slot_count - 1;

	for (size_t i = hash & mask;; i = (i + 1) & mask) {
		const struct map_entry *en;

		if (m->slots[i] == 0)
			return &m->slots[i];
		en = &m->entries[m->slots[i] - 1];
		if (en->key && en->hash == hash && span_eq(span_of(en->key, en->key_len), key))
			return &m->slots[i];
	}
}

/* Drops removed entries and rebuilds the slots for at least need live ones. */
static void rebuild(struct map *m, size_t need)
{
	size_t to = 0, count = 16;

	while (count < need * 2)
		count *= 2;
	for (size_t i = 0; i < m->used; i++)
		if (m->entries[i].key)
			m->entries[to++] = m->entries[i];
	m->used = to;
	free(m->slots);
	m->slots = mem_zalloc(count * sizeof *m->slots);
	m->slot_count = count;
	for (size_t i = 0; i < m->used; i++) {
		size_t at = m->entries[i].hash & (count - 1);

		while (m->slots[at])
			at = (at + 1) & (count - 1);
		m->slots[at] = (uint32_t)(i + 1);
	}
}

struct map_entry *map_get(const struct map *m, struct span key)
{
	uint32_t *slot;

	if (m->live == 0)
		return NULL;
	slot = find_slot(m, key, map_hash(m->seed, key));
	return *slot ? &m->entries[*slot - 1] : NULL;
}

struct map_entry *map_put(struct map *m, struct span key, bool *added)
{
	uint64_t hash = map_hash(m->seed, key);
	struct map_entry *en;
	uint32_t *slot;

	if ((m->used + 1) * 2 > m->slot_count)
		rebuild(m, (m->live + 1) * 2);
	slot = find_slot(m, key, hash);
	if (added)
		*added = *slot == 0;
	if (*slot)
		return &m->entries[*slot - 1];
	mem_grow(m->entries, m->cap, m->used + 1);
	en = &m->entries[m->used++];
	*slot = (uint32_t)m->used;
	*en = (struct map_entry){
		.key = mem_dup(key.data, key.len), .key_len = key.len, .hash = hash};
	m->live++;
	return en;
}

void map_remove(struct map *m, struct span key)
{
	struct map_entry *en = map_get(m, key);

	if (!en)
		return;
	/* The slot keeps pointing at the dead entry, so that probing goes on past it. */
	free(en->key);
	en->key = NULL;
	m->live--;
	if (m->used > 64 && m->live < m->used / 4)
		rebuild(m, m->live + 1);
}

struct map_entry *map_next(const struct map *m, const struct map_entry *after)
{
	size_t i = after ? (size_t)(after - m->entries) + 1 : 0;

	while (i < m->used && !m->entries[i].key)
		i++;
	return i < m->used ? &m->entries[i] : NULL;
}
