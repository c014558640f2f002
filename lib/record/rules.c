#include "record/rules.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"

/*
 * Up to this many keys an object is checked with a bit mask and, where two keys
 * meet in a bit, by comparing: cheap on usual keys, and at worst 2,016
 * comparisons for half a kilobyte of keys made to meet. Above it, SipHash.
 */
#define FEW_KEYS 64

void key_set_init(struct key_set *k)
{
	*k = (struct key_set){.slots = NULL};
	map_seed(k->seed);
}

void key_set_release(struct key_set *k)
{
	free(k->slots);
	k->slots = NULL;
	k->cap = 0;
}

static enum reject_code duplicate(struct span key, struct err *e)
{
	err_set(e, EX_BADDATA, "duplicate key '%.*s'", (int)(key.len > 100 ? 100 : key.len), key.data);
	return REJECT_DUPLICATE;
}

/* 8 bytes of a key, the first one lowest; the tape's strings have room behind the last one. */
static uint64_t load8(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
	return le64toh(v);
}

/* A number below 256 from length, beginning and end of a key. */
static unsigned key_bit(struct span key)
{
	uint64_t h;

	if (key.len >= 8)
		h = load8(key.data) ^ (load8(key.data + key.len - 8) << 1);
	else
		h = key.len ? load8(key.data) << (64 - 8 * key.len) : 0;
	return (unsigned)(((h ^ key.len) * UINT64_C(0x9E3779B97F4A7C15)) >> 56);
}

/* Is the key at `at` among those of its object that begins at `first`, before it? */
static bool stands_before(const struct tape *t, size_t first, size_t at)
{
	struct span key = tape_string(t, at);

	for (size_t i = first; i < at; i = tape_next(t, i + 1))
		if (span_eq(tape_string(t, i), key))
			return true;
	return false;
}

static enum reject_code check_few(const struct tape *t, size_t object, struct err *e)
{
	size_t first = object + 1, end = tape_behind(t, object) - 1;
	uint64_t seen[4] = {0};

	for (size_t i = first; i < end; i = tape_next(t, i + 1)) {
		unsigned bit = key_bit(tape_string(t, i));
		uint64_t mask = UINT64_C(1) << (bit & 63);

		if ((seen[bit >> 6] & mask) && stands_before(t, first, i))
			return duplicate(tape_string(t, i), e);
		seen[bit >> 6] |= mask;
	}
	return REJECT_NONE;
}

/* Makes the set empty, with room for twice count keys. */
static void key_set_clear(struct key_set *k, size_t count, size_t *mask)
{
	size_t size = 256;

	while (size < count * 2)
		size *= 2;
	if (size > k->cap) {
		k->slots = mem_array(k->slots, size, sizeof *k->slots);
		k->cap = size;
	}
	memset(k->slots, 0, size * sizeof *k->slots);
	*mask = size - 1;
}

/* The members of an object whose count is saturated, counted one by one. */
static size_t count_members(const struct tape *t, size_t object)
{
	size_t n = 0;

	for (size_t i = object + 1; i < tape_behind(t, object) - 1; i = tape_next(t, i + 1))
		n++;
	return n;
}

static enum reject_code check_many(const struct tape *t, size_t object, struct key_set *k, struct err *e)
{
	size_t end = tape_behind(t, object) - 1, count = tape_count(t, object), mask;

	key_set_clear(k, count == TAPE_COUNT_MAX ? count_members(t, object) : count, &mask);
	for (size_t i = object + 1; i < end; i = tape_next(t, i + 1)) {
		struct span key = tape_string(t, i);
		size_t slot = map_hash(k->seed, key) & mask;

		for (; k->slots[slot]; slot = (slot + 1) & mask)
			if (span_eq(tape_string(t, k->slots[slot]), key))
				return duplicate(key, e);
		k->slots[slot] = (uint32_t)i;
	}
	return REJECT_NONE;
}

static enum reject_code check_object(const struct tape *t, size_t object, struct key_set *k, struct err *e)
{
	size_t count = tape_count(t, object);

	if (count < 2)
		return REJECT_NONE;
	return count <= FEW_KEYS ? check_few(t, object, e) : check_many(t, object, k, e);
}

/*
 * One pass over all words; an object's own keys are visited a second time when
 * it begins. So no stack is needed: the depth is a counter.
 */
enum reject_code rules_check(const struct tape *t, struct key_set *k, struct err *e)
{
	size_t end = tape_end(t);
	int depth = 0;

	for (size_t i = TAPE_ROOT; i < end; i++) {
		enum reject_code why;
		char type = tape_type(t, i);

		if (type == '"')
			continue;
		if (type == '{' || type == '[') {
			if (++depth > RECORD_MAX_DEPTH) {
				err_set(e, EX_BADDATA, "nested deeper than %d levels", RECORD_MAX_DEPTH);
				return REJECT_DEPTH;
			}
			if (type == '{' && (why = check_object(t, i, k, e)) != REJECT_NONE)
				return why;
		} else if (type == '}' || type == ']') {
			depth--;
		} else {
			i += tape_is_number(type);
		}
	}
	return REJECT_NONE;
}
