/*
 * Reading simdjson's tape (simdjson, doc/tape.md). Private to lib/record.
 *
 * Word 0 is the root 'r', whose payload is the index of the last word, another
 * 'r'. A container's first word has in its payload the index behind its last
 * word (low 32 bits) and the number of its members, saturated (next 24 bits). A
 * number is two words, the second its bits. An object's members are a string
 * (the key, unescaped) and a value, by turns.
 */
#ifndef AIOPS_RECORD_TAPE_H
#define AIOPS_RECORD_TAPE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/span.h"
#include "record/dom.h"
#include "record/record.h"

#define TAPE_ROOT      1 /* index of the root value */
#define TAPE_COUNT_MAX 0xFFFFFFu

static inline char tape_type(const struct tape *t, size_t at)
{
	return (char)(t->words[at] >> 56);
}

static inline bool tape_is_number(char type)
{
	return type == 'l' || type == 'u' || type == 'd';
}

/* Index of the word behind the last value of the document. */
static inline size_t tape_end(const struct tape *t)
{
	return (uint32_t)t->words[0] - 1;
}

/* Of a container: index behind its last word. */
static inline size_t tape_behind(const struct tape *t, size_t at)
{
	return (uint32_t)t->words[at];
}

/* Of a container: members or elements, TAPE_COUNT_MAX if there are that many or more. */
static inline size_t tape_count(const struct tape *t, size_t at)
{
	return (t->words[at] >> 32) & TAPE_COUNT_MAX;
}

/* Index of the value behind the one at `at`. */
static inline size_t tape_next(const struct tape *t, size_t at)
{
	char type = tape_type(t, at);

	if (type == '{' || type == '[')
		return tape_behind(t, at);
	return at + 1 + tape_is_number(type);
}

static inline struct span tape_string(const struct tape *t, size_t at)
{
	const uint8_t *s = t->strings + (t->words[at] & UINT64_C(0x00FFFFFFFFFFFFFF));
	uint32_t len;

	memcpy(&len, s, sizeof len);
	return span_of((const char *)s + sizeof len, len);
}

/* Index of the value of member key in the object at `at`, or 0; *ordinal (may be
 * NULL) is its place among the members. */
size_t tape_member(const struct tape *t, size_t at, struct span key, size_t *ordinal);

/*
 * Follows a path as of record_get. Returns the index of the value, or 0.
 * steps[0..*n) are the places, among members or elements, that lead to it.
 */
size_t tape_find(const struct tape *t, const char *path, size_t steps[static RECORD_MAX_DEPTH],
		 size_t *n);

/* The value at `at`. */
struct value tape_value(const struct tape *t, size_t at);

#endif
