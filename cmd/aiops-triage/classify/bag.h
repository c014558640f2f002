/*
 * A text as a bag of words: single words and pairs of neighbours, in lower
 * case, names taken apart (KubePodCrashLooping is kube pod crash looping), every number the
 * same word.
 */
#ifndef AIOPS_TRIAGE_BAG_H
#define AIOPS_TRIAGE_BAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "base/span.h"

/* Of a text that are looked at; different words that are learned in all. */
#define BAG_TEXT_BYTES (64u << 10)
#define LEXICON_MAX    200000

struct lexicon {
	struct map ids; /* word, or two with a space between, to number + 1 */
};

void lexicon_init(struct lexicon *l);
void lexicon_release(struct lexicon *l);
/* The number of a word, given to it if it is new and there is room; SIZE_MAX else. */
size_t lexicon_add(struct lexicon *l, struct span word);

struct bag_item {
	uint32_t word;
	uint32_t count;
};

struct bag {
	struct bag_item *items; /* by word, owned */
	size_t n, cap;
};

void bag_release(struct bag *b);
/* Fills the empty b. Unknown words are learned, or else left out. O(len log len). */
void bag_read(struct bag *b, struct lexicon *l, bool learn, struct span text);

#endif
