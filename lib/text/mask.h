/*
 * A log line as words, with what varies taken out: numbers, dates, times,
 * hexadecimal, UUIDs, addresses, ports, hosts and paths become <*>.
 *
 * There are no patterns: a word is cut at punctuation, and a part of it that
 * holds a digit, or is a path of two names or more, is taken to vary; <*> that
 * stand beside one another, in a word or as words, become one, and take a unit of bytes behind
 * them in, which changes with the number. Of the rules for
 * parsing logs in P. He et al., "Drain" (ICWS 2017), that is the preprocessing.
 */
#ifndef AIOPS_TEXT_MASK_H
#define AIOPS_TEXT_MASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

#define MASK_WORDS_MAX 128  /* the rest of a line is one <*> */
#define MASK_BYTES_MAX 4096 /* of a line that are looked at, and of its words masked */

struct mask_word {
	uint16_t at, len; /* in masked.text */
	bool wild;        /* it is <*> and nothing else */
	bool varies;      /* a part of it is <*> */
};

struct masked {
	char text[3 * MASK_BYTES_MAX + 64]; /* words, a space between them */
	size_t len;
	struct mask_word words[MASK_WORDS_MAX];
	size_t n;
};

/* Linear in the line, which may hold any bytes. Never fails. A <*> that stands in the line is one:
 * masking what is masked already changes nothing. */
void mask_line(struct span line, struct masked *m);

static inline struct span mask_word(const struct masked *m, size_t i)
{
	return span_of(m->text + m->words[i].at, m->words[i].len);
}

#endif
