/*
 * Words of names and texts, in lower case.
 *
 * A word is a run of ASCII letters and digits and of bytes above 0x7F (so
 * other alphabets stay whole). Names that people write in one piece are taken
 * apart: KubePodCrashLooping is kube pod crash looping, http5xxErrors is http
 * 5 xx errors. The text index needs this, since FTS5's tokenizers do not.
 */
#ifndef AIOPS_TRIAGE_WORDS_H
#define AIOPS_TRIAGE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

/* Words of a name that are looked at; bytes of a word that are kept. */
#define WORDS_PER_NAME 24
#define WORD_BYTES     48

struct word {
	char text[WORD_BYTES]; /* lower case, cut at WORD_BYTES, not NUL-terminated */
	size_t len;
};

struct name_words {
	struct word items[WORDS_PER_NAME];
	size_t n;
};

bool is_word_byte(unsigned char c);
unsigned char lower_byte(unsigned char c);

/* The next word of *rest as it stands there (not split, not lowered), or SPAN_NONE; *rest moves
 * behind it. */
struct span words_next(struct span *rest);

/* Takes a name apart; words beyond WORDS_PER_NAME are left out. */
void words_of_name(struct span name, struct name_words *out);

/* A pattern is one word in lower case; with '*' at its end, the beginning of one. */
bool word_matches(const struct word *w, struct span pattern);

/* Appends text; behind each word that can be taken apart stand its parts. */
void words_expand(struct span text, struct buf *out);

/* Words that say nothing about an incident (English, and those of every alert). w is in lower case.
 */
bool is_stop_word(struct span w);

#endif
