/*
 * Words of names and texts.
 */
#include "aiops-triage/knowledge/words.h"

#include <stdlib.h>
#include <string.h>

/* Sorted by byte order, for bsearch. */
static const char *const stop_words[] = {
	"a",          "about",   "after", "again",   "alert", "alerts", "all",    "alone",
	"also",       "an",      "and",   "another", "any",   "are",    "as",     "at",
	"be",         "because", "been",  "before",  "but",   "by",     "can",    "cannot",
	"critical",   "did",     "do",    "does",    "each",  "error",  "errors", "every",
	"failed",     "failing", "fails", "firing",  "for",   "from",   "had",    "has",
	"have",       "he",      "high",  "how",     "if",    "in",     "info",   "into",
	"is",         "it",      "its",   "less",    "low",   "many",   "medium", "more",
	"most",       "much",    "no",    "not",     "now",   "of",     "off",    "on",
	"one",        "only",    "or",    "other",   "our",   "out",    "over",   "prod",
	"production", "s",       "same",  "she",     "since", "so",     "some",   "than",
	"that",       "the",     "their", "them",    "then",  "there",  "these",  "they",
	"this",       "those",   "to",    "too",     "under", "up",     "very",   "warning",
	"was",        "we",      "were",  "what",    "when",  "where",  "which",  "while",
	"who",        "why",     "will",  "with",    "you",
};

bool is_word_byte(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c >= 0x80;
}

unsigned char lower_byte(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + ('a' - 'A')) : c;
}

struct span words_next(struct span *rest)
{
	size_t from = 0, to;

	while (from < rest->len && !is_word_byte((unsigned char)rest->data[from]))
		from++;
	to = from;
	while (to < rest->len && is_word_byte((unsigned char)rest->data[to]))
		to++;
	if (from == to) {
		*rest = SPAN_NONE;
		return SPAN_NONE;
	}
	struct span word = span_of(rest->data + from, to - from);

	*rest = span_of(rest->data + to, rest->len - to);
	return word;
}

enum letter { LETTER_LOWER, LETTER_UPPER, LETTER_DIGIT };

static enum letter letter_of(char c)
{
	if (c >= '0' && c <= '9')
		return LETTER_DIGIT;
	return c >= 'A' && c <= 'Z' ? LETTER_UPPER : LETTER_LOWER;
}

/* Bytes of the first part of a word: Kube|Pod, HTTP|Error, xx|5. */
static size_t part_len(struct span w)
{
	for (size_t i = 1; i < w.len; i++) {
		enum letter before = letter_of(w.data[i - 1]), here = letter_of(w.data[i]);

		if ((before == LETTER_DIGIT) != (here == LETTER_DIGIT))
			return i;
		if (before == LETTER_LOWER && here == LETTER_UPPER)
			return i;
		if (before == LETTER_UPPER && here == LETTER_UPPER && i + 1 < w.len &&
		    letter_of(w.data[i + 1]) == LETTER_LOWER)
			return i;
	}
	return w.len;
}

static void add_word(struct name_words *out, struct span part)
{
	struct word *w = &out->items[out->n++];

	w->len = part.len < WORD_BYTES ? part.len : WORD_BYTES;
	for (size_t i = 0; i < w->len; i++)
		w->text[i] = (char)lower_byte((unsigned char)part.data[i]);
}

void words_of_name(struct span name, struct name_words *out)
{
	struct span word;

	out->n = 0;
	while ((word = words_next(&name)).len)
		while (word.len && out->n < WORDS_PER_NAME) {
			size_t n = part_len(word);

			add_word(out, span_of(word.data, n));
			word = span_of(word.data + n, word.len - n);
		}
}

bool word_matches(const struct word *w, struct span pattern)
{
	bool prefix = pattern.len && pattern.data[pattern.len - 1] == '*';

	if (prefix)
		pattern.len--;
	if (prefix ? w->len < pattern.len : w->len != pattern.len)
		return false;
	return pattern.len == 0 || memcmp(w->text, pattern.data, pattern.len) == 0;
}

void words_expand(struct span text, struct buf *out)
{
	struct span rest = text, word;

	while ((word = words_next(&rest)).len) {
		size_t n = part_len(word);

		buf_add_span(out, word);
		buf_add_char(out, ' ');
		if (n == word.len)
			continue;
		while (word.len) {
			n = part_len(word);
			buf_add(out, word.data, n);
			buf_add_char(out, ' ');
			word = span_of(word.data + n, word.len - n);
		}
	}
}

static int compare_stop(const void *key, const void *item)
{
	return span_cmp(*(const struct span *)key, span_cstr(*(const char *const *)item));
}

bool is_stop_word(struct span w)
{
	return bsearch(&w, stop_words, sizeof stop_words / sizeof *stop_words, sizeof *stop_words,
		       compare_stop) != NULL;
}
