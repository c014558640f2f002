/*
 * A hash map from byte strings to 64-bit values, for keys that come from
 * input: SipHash under a key drawn at start, so that nobody can choose
 * colliding keys (libsodium's crypto_shorthash). Iteration is in order of
 * insertion, so what depends on it does not depend on the hash key.
 */
#ifndef AIOPS_BASE_MAP_H
#define AIOPS_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct map_entry {
	char *key; /* owned, NUL-terminated; NULL in a removed entry */
	size_t key_len;
	uint64_t hash;
	union {
		void *ptr; /* not owned */
		int64_t num;
	} value;
};

struct map {
	struct map_entry *entries; /* in order of insertion, removed ones included */
	size_t used, cap;          /* of entries */
	size_t live;               /* entries that are not removed */
	uint32_t *slots;           /* index + 1 into entries, 0 free */
	size_t slot_count;         /* a power of two, or 0 */
	uint8_t seed[16];
};

/* An empty map with a random seed. */
void map_init(struct map *m);
void map_release(struct map *m);
void map_clear(struct map *m);

/* The entry of key, or NULL. It stays valid until the next map_put or map_remove. */
struct map_entry *map_get(const struct map *m, struct span key);

/* The entry of key, made with value zero if it was missing (*added says so, may be NULL). */
struct map_entry *map_put(struct map *m, struct span key, bool *added);

/* Removes the entry of key, if any. O(1), now and then O(n) to tidy up. */
void map_remove(struct map *m, struct span key);

/* for (struct map_entry *en = map_next(m, NULL); en; en = map_next(m, en)) */
struct map_entry *map_next(const struct map *m, const struct map_entry *after);

/* The parts for hash tables of a module's own: a random seed (the one place here
 * that draws randomness), and SipHash of key under it. */
void map_seed(uint8_t seed[static 16]);
uint64_t map_hash(const uint8_t seed[static 16], struct span key);

#endif
