/*
 * Strings that many alerts share (names, components, services), kept once and
 * counted. The empty string is NULL.
 */
#ifndef AIOPS_CORRELATE_WORDS_H
#define AIOPS_CORRELATE_WORDS_H

#include <stdint.h>

#include "aiops-correlate/tables/index.h"
#include "base/span.h"

struct word {
	uint32_t refs;
	uint32_t hash;
	uint32_t len;
	char text[]; /* NUL-terminated */
};

enum { WORDS_GUESS_BITS = 8 };

struct words {
	struct index all; /* of struct word */
	struct word *lately[1 << WORDS_GUESS_BITS];
};

void words_init(struct words *ws);
void words_release(struct words *ws);

/* The word of text, held once more; NULL for the empty text. */
struct word *words_get(struct words *ws, struct span text);
/* w, held once more. */
struct word *word_hold(struct word *w);
/* Gives a hold back; the last one frees w. */
void words_drop(struct words *ws, struct word *w);

/* The text; SPAN_NONE for NULL. */
struct span word_span(const struct word *w);
/* The distinct words of list, without NULL, in byte order at its beginning: how many.
 * O(n), and O(k log k) for k of them. */
size_t words_distinct(const struct word **list, size_t n);
/* Byte order; NULL first. */
int word_cmp(const struct word *a, const struct word *b);

#endif
