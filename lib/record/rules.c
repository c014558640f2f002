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

void rules_init(struct rules *k)
{
	memset(k, 0, sizeof *k);
	map_seed(k->seed);
}

void rules_release(struct rules *k)
{
	free(k->slots);
	k->slots = NULL;
	k->cap = 0;
}

static enum reject_code duplicate(struct span key, struct err *e)
{
	err_set(e, EX_BADDATA, "duplicate key '%.*s'", (int)(key.len > 100 ? 100 : key.len),
		key.data);
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

/* Does the key at level->at stand before it in its object? */
static bool stands_before(const struct tape *t, const struct level *level)
{
	struct span key = tape_string(t, level->at);

	for (size_t i = level->first; i < level->at; i = tape_next(t, i + 1))
		if (span_eq(tape_string(t, i), key))
			return true;
	return false;
}

static bool key_is_new(const struct tape *t, struct level *level)
{
	unsigned bit = key_bit(tape_string(t, level->at));
	uint64_t mask = UINT64_C(1) << (bit & 63), *seen = &level->seen[bit >> 6];

	if ((*seen & mask) && stands_before(t, level))
		return false;
	*seen |= mask;
	return true;
}

/* Makes the slots empty, at least twice as many as keys. */
static void clear_slots(struct rules *k, size_t count, size_t *mask)
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

static enum reject_code check_many(struct rules *k, const struct tape *t, size_t object,
				   struct err *e)
{
	size_t end = tape_behind(t, object) - 1, count = tape_count(t, object), mask;

	clear_slots(k, count == TAPE_COUNT_MAX ? count_members(t, object) : count, &mask);
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

static enum reject_code open_level(struct rules *k, struct level *level, const struct tape *t,
				   size_t at, struct err *e)
{
	level->first = level->at = at + 1;
	level->end = tape_behind(t, at) - 1;
	level->object = tape_type(t, at) == '{';
	level->keys_checked = level->object && tape_count(t, at) > FEW_KEYS;
	if (level->keys_checked)
		return check_many(k, t, at, e);
	memset(level->seen, 0, sizeof level->seen);
	return REJECT_NONE;
}

/* Takes the next member or element of level; *inner is the container that it is, or 0. */
static bool step(const struct tape *t, struct level *level, size_t *inner)
{
	size_t at = level->at;
	char type;

	if (level->object) {
		if (!level->keys_checked && !key_is_new(t, level))
			return false;
		at++;
	}
	type = tape_type(t, at);
	*inner = type == '{' || type == '[' ? at : 0;
	level->at = tape_next(t, at);
	return true;
}

/* Each word of the tape is looked at once: this is on the path of every line. */
enum reject_code rules_check(struct rules *k, const struct tape *t, struct err *e)
{
	size_t depth = 1, inner;
	struct level *level = &k->levels[0];
	enum reject_code why = open_level(k, level, t, TAPE_ROOT, e);

	while (why == REJECT_NONE) {
		if (level->at == level->end) {
			if (--depth == 0)
				return REJECT_NONE;
			level--;
			continue;
		}
		if (!step(t, level, &inner))
			return duplicate(tape_string(t, level->at), e);
		if (!inner)
			continue;
		if (depth++ == RECORD_MAX_DEPTH) {
			err_set(e, EX_BADDATA, "nested deeper than %d levels", RECORD_MAX_DEPTH);
			return REJECT_DEPTH;
		}
		why = open_level(k, ++level, t, inner, e);
	}
	return why;
}
