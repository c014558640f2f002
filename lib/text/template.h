/*
 * Log templates: which lines are instances of one message. Drain (P. He,
 * J. Zhu, Z. Zheng, M. R. Lyu, "Drain: an online log parsing approach with fixed
 * depth tree", ICWS 2017) over the words of mask.h, in one fixed configuration.
 *
 * A line goes to a leaf by its number of words and its first two; among the
 * templates of the leaf the most similar one takes it, if seven tenths of the words
 * that do not vary anyway agree (a word with a <*> in it varies); words that differ become <*>. So
 * a template's text may change; its id is of its first form and stays. Templates are bounded: a new
 * one takes the place of the one that was not seen for longest.
 *
 * Time is linear in the line and the number of templates in one leaf, which is
 * bounded. The same lines in the same order give the same templates.
 */
#ifndef AIOPS_TEXT_TEMPLATE_H
#define AIOPS_TEXT_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "text/mask.h"

#define TEMPLATE_ID_LEN 16

/* One message. Fields may be read; the miner owns it. */
struct template
{
	char id[TEMPLATE_ID_LEN + 1]; /* hexadecimal */
	char *text;                   /* words, a space between them; <*> varies */
	uint64_t count;
	void *owner; /* the caller's, NULL at first */
	/* private */
	struct mask_word *words;
	size_t n;
	uint64_t serial; /* by age */
	struct template *next_in_leaf, *newer, *older;
	struct leaf *leaf;
};

/* What a template is saved by. Spans are borrowed. */
struct template_saved {
	struct span text, id;
	uint64_t count, serial;
	struct span way[2]; /* the words that lead to it; absent in a shorter line */
};

struct miner;

/* max: templates remembered. evicted (may be NULL) is called before one is forgotten. */
struct miner *miner_new(size_t max, void (*evicted)(void *ctx, struct template *t), void *ctx);
void miner_free(struct miner *m);

/* The template of a line, made or widened if need be; *added (may be NULL) says it is new.
 * NULL for a line without words. Valid until it is evicted. */
struct template *miner_add(struct miner *m, struct span line, bool *added);

/* The template that a line would join; NULL: none. Changes nothing. */
const struct template *miner_find(struct miner *m, struct span line);

struct template_saved template_save(const struct template *t);
/* Puts a saved template back. Those of a miner, restored in the order of miner_next, make one that
 * goes on as the first would. NULL if it is no template's text. */
struct template *miner_restore(struct miner *m, const struct template_saved *saved);

/* Templates from the longest unseen to the latest; NULL begins and ends. */
struct template *miner_next(const struct miner *m, const struct template *after);
size_t miner_count(const struct miner *m);

#endif
