#include "aiops-correlate/tables/words.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void words_init(struct words *ws)
{
	index_init(&ws->all);
	memset(ws->lately, 0, sizeof ws->lately);
}

void words_release(struct words *ws)
{
	struct word *w;

	for (size_t i = 0; (w = index_next(&ws->all, &i));)
		free(w);
	index_release(&ws->all);
}

static bool is_word(const void *item, const void *key)
{
	return span_eq(word_span(item), *(const struct span *)key);
}

static struct word *word_make(struct words *ws, uint32_t hash, struct span text)
{
	struct word *w = mem_alloc(sizeof *w + text.len + 1);

	w->refs = 0;
	w->hash = hash;
	w->len = (uint32_t)text.len; /* below --max-record */
	memcpy(w->text, text.data, text.len);
	w->text[text.len] = '\0';
	index_add(&ws->all, hash, w);
	return w;
}

struct word *words_get(struct words *ws, struct span text)
{
	struct word *w, **lately = &ws->lately[index_guess(text, WORDS_GUESS_BITS)];
	uint32_t hash;

	if (text.len == 0)
		return NULL;
	if (*lately && is_word(*lately, &text))
		return word_hold(*lately);
	hash = index_hash(&ws->all, text);
	w = index_get(&ws->all, hash, is_word, &text);
	if (!w)
		w = word_make(ws, hash, text);
	*lately = w;
	return word_hold(w);
}

struct word *word_hold(struct word *w)
{
	if (w)
		w->refs++;
	return w;
}

void words_drop(struct words *ws, struct word *w)
{
	struct word **lately;

	if (!w || --w->refs > 0)
		return;
	lately = &ws->lately[index_guess(word_span(w), WORDS_GUESS_BITS)];
	if (*lately == w)
		*lately = NULL;
	index_remove(&ws->all, w->hash, w);
	free(w);
}

struct span word_span(const struct word *w)
{
	return w ? span_of(w->text, w->len) : SPAN_NONE;
}

int word_cmp(const struct word *a, const struct word *b)
{
	return a == b ? 0 : span_cmp(word_span(a), word_span(b));
}

static int by_text(const void *a, const void *b)
{
	return word_cmp(*(const struct word *const *)a, *(const struct word *const *)b);
}

/* True if w was not in set yet, which has room for it. */
static bool set_add(const struct word **set, size_t mask, const struct word *w)
{
	size_t i = w->hash & mask;

	while (set[i] && set[i] != w)
		i = (i + 1) & mask;
	if (set[i])
		return false;
	set[i] = w;
	return true;
}

size_t words_distinct(const struct word **list, size_t n)
{
	const struct word **set;
	size_t room = 16, kept = 0;

	while (room < 2 * n)
		room *= 2;
	set = mem_zalloc(room * sizeof *set);
	for (size_t i = 0; i < n; i++)
		if (list[i] && set_add(set, room - 1, list[i]))
			list[kept++] = list[i];
	free(set);
	if (kept)
		qsort(list, kept, sizeof *list, by_text);
	return kept;
}
