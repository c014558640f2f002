/*
 * Bags of words.
 */
#include "aiops-triage/classify/bag.h"

#include <stdlib.h>
#include <string.h>

#include "aiops-triage/knowledge/words.h"
#include "base/mem.h"

void lexicon_init(struct lexicon *l)
{
	map_init(&l->ids);
}

void lexicon_release(struct lexicon *l)
{
	map_release(&l->ids);
}

size_t lexicon_add(struct lexicon *l, struct span word)
{
	struct map_entry *en = map_get(&l->ids, word);

	if (!en) {
		if (l->ids.live >= LEXICON_MAX)
			return SIZE_MAX;
		en = map_put(&l->ids, word, NULL);
		en->value.num = (int64_t)l->ids.live;
	}
	return (size_t)en->value.num - 1;
}

void bag_release(struct bag *b)
{
	free(b->items);
	*b = (struct bag){0};
}

struct reading {
	struct bag *bag;
	struct lexicon *lexicon;
	bool learn;
	struct word last; /* the word before; len 0: none */
};

static void count(struct reading *r, struct span word)
{
	struct map_entry *en;
	size_t id;

	if (r->learn) {
		id = lexicon_add(r->lexicon, word);
	} else {
		en = map_get(&r->lexicon->ids, word);
		id = en ? (size_t)en->value.num - 1 : SIZE_MAX;
	}
	if (id == SIZE_MAX)
		return;
	mem_grow(r->bag->items, r->bag->cap, r->bag->n + 1);
	r->bag->items[r->bag->n++] = (struct bag_item){.word = (uint32_t)id, .count = 1};
}

static void add_word(struct reading *r, struct word w)
{
	char pair[2 * WORD_BYTES + 1];

	if (w.text[0] >= '0' && w.text[0] <= '9')
		w = (struct word){.text = "#", .len = 1};
	count(r, span_of(w.text, w.len));
	if (r->last.len) {
		memcpy(pair, r->last.text, r->last.len);
		pair[r->last.len] = ' ';
		memcpy(pair + r->last.len + 1, w.text, w.len);
		count(r, span_of(pair, r->last.len + 1 + w.len));
	}
	r->last = w;
}

static int by_word(const void *x, const void *y)
{
	uint32_t a = ((const struct bag_item *)x)->word, b = ((const struct bag_item *)y)->word;

	return (a > b) - (a < b);
}

static void merge_equal(struct bag *b)
{
	size_t to = 0;

	for (size_t i = 1; i < b->n; i++)
		if (b->items[i].word == b->items[to].word)
			b->items[to].count++;
		else
			b->items[++to] = b->items[i];
	b->n = b->n ? to + 1 : 0;
}

void bag_read(struct bag *b, struct lexicon *l, bool learn, struct span text)
{
	struct reading r = {.bag = b, .lexicon = l, .learn = learn};
	struct span word;

	if (text.len > BAG_TEXT_BYTES)
		text.len = BAG_TEXT_BYTES;
	while ((word = words_next(&text)).len) {
		struct name_words parts;

		words_of_name(word, &parts);
		for (size_t i = 0; i < parts.n; i++)
			add_word(&r, parts.items[i]);
	}
	if (b->n)
		qsort(b->items, b->n, sizeof *b->items, by_word);
	merge_equal(b);
}
