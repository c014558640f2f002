/*
 * A hash table of things that hold their own key, in order of insertion: 8 bytes
 * a thing and 8 for each of at most four slots, where base/map.h keeps a copy of
 * each key. Hashes are 32 bits of a keyed hash, so that nobody can choose keys
 * that collide.
 */
#ifndef AIOPS_CORRELATE_INDEX_H
#define AIOPS_CORRELATE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/span.h"

struct index_slot {
	uint32_t hash;
	uint32_t at; /* index + 1 into items, 0 free */
};

struct index {
	void **items;     /* not owned; NULL where one was removed */
	size_t used, cap; /* of items */
	size_t live;      /* items that are not removed */
	struct index_slot *slots;
	size_t slot_count; /* a power of two, or 0 */
	uint64_t seed[3];
};

void index_init(struct index *t);
void index_release(struct index *t);

/* SipHash under the table's key. */
uint32_t index_hash(const struct index *t, struct span key);
/* Of a number: multilinear-HM (Lemire and Kaser, "Strongly universal string hashing
 * is fast", 2014), so that for any two numbers the chance to collide is 2^-32. */
static inline uint32_t index_hash_u64(const struct index *t, uint64_t n)
{
	return (uint32_t)(((t->seed[0] + (n & UINT32_MAX)) * (t->seed[1] + (n >> 32)) +
			   t->seed[2]) >>
			  32);
}

/* A look-up of that hash comes soon: its slot is fetched meanwhile. */
static inline __attribute__((always_inline)) void index_expect(const struct index *t, uint32_t hash)
{
	if (t->slots)
		__builtin_prefetch(&t->slots[hash & (t->slot_count - 1)]);
}
/* The item of that hash for which same(item, key) holds, or NULL. */
void *index_get(const struct index *t, uint32_t hash,
		bool (*same)(const void *item, const void *key), const void *key);
/* Adds an item whose key is not there. At most 2^32 - 1 items. */
void index_add(struct index *t, uint32_t hash, void *item);
/* Takes item out, if it is there. O(1), now and then O(n) to tidy up. */
void index_remove(struct index *t, uint32_t hash, const void *item);
/*
 * A guess where a key was found last, from its length and last 16 bytes: what comes
 * in again and again is found there without a hash of all of it. Below 2^bits.
 */
static inline size_t index_guess(struct span key, unsigned bits)
{
	uint64_t tail = key.len, before = 0;

	if (key.len >= sizeof tail) {
		memcpy(&tail, key.data + key.len - sizeof tail, sizeof tail);
		memcpy(&before,
		       key.len >= 2 * sizeof tail ? key.data + key.len - 2 * sizeof tail : key.data,
		       sizeof before);
	} else if (key.len) {
		memcpy(&tail, key.data, key.len);
	}
	tail = (tail ^ key.len) * UINT64_C(0x9E3779B97F4A7C15) ^
	       before * UINT64_C(0xBF58476D1CE4E5B9);
	return (size_t)((tail ^ tail >> 32) * UINT64_C(0x9E3779B97F4A7C15) >> (64 - bits));
}

/* for (size_t i = 0; (item = index_next(t, &i));) */
void *index_next(const struct index *t, size_t *i);

#endif
