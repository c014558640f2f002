/*
 * Many phrases looked for in one text at once.
 *
 * A phrase is matched without regard to ASCII case, at word boundaries; '*'
 * stands for anything, also nothing ("could not extend file * no space left").
 * Each phrase is filed under its longest whole word, so a text is read once,
 * word by word, and only phrases whose word stands in it are compared: the cost
 * hardly grows with the number of phrases.
 */
#ifndef AIOPS_TRIAGE_PHRASE_H
#define AIOPS_TRIAGE_PHRASE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/map.h"
#include "base/span.h"

/* A whole word of at least this many bytes must stand in a phrase. */
#define PHRASE_MIN_WORD  3
#define PHRASE_MAX_BYTES 200
#define PHRASE_MAX_PARTS 8

struct phrase {
	char *text; /* owned, lower case */
	size_t len;
	size_t value; /* the caller's number for it */
	size_t next;  /* index + 1 of the next one under the same word, 0 none */
};

struct phrases {
	struct phrase *items;
	size_t n, cap;
	struct map by_word;
};

void phrases_init(struct phrases *ps);
void phrases_release(struct phrases *ps);

/* Adds a phrase; value comes back when it is found. Errors: EX_BADCONFIG (no whole
 * word to look it up by, too long, too many '*'). */
NODISCARD int phrases_add(struct phrases *ps, struct span text, size_t value, struct err *e);

/* Calls found once or more for each phrase that occurs in text, with the bytes
 * of text that it covers. False from found ends the search. */
void phrases_find(const struct phrases *ps, struct span text,
		  bool (*found)(void *ctx, size_t value, struct span covered), void *ctx);

/* The bytes of text that one phrase (lower case) covers, or SPAN_NONE. */
struct span phrase_match(struct span phrase, struct span text);

#endif
