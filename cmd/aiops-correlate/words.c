#include "aiops-correlate/words.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void words_init(struct words *ws)
{
	map_init(&ws->map);
}

void words_release(struct words *ws)
{
	for (struct map_entry *en = map_next(&ws->map, NULL); en; en = map_next(&ws->map, en))
		free(en->value.ptr);
	map_release(&ws->map);
}

struct word *words_get(struct words *ws, struct span text)
{
	struct map_entry *en;
	struct word *w;
	bool added;

	if (text.len == 0)
		return NULL;
	en = map_put(&ws->map, text, &added);
	if (added) {
		w = mem_alloc(sizeof *w + text.len + 1);
		w->refs = 0;
		w->len = (uint32_t)text.len; /* below --max-record */
		memcpy(w->text, text.data, text.len);
		w->text[text.len] = '\0';
		en->value.ptr = w;
	}
	return word_hold(en->value.ptr);
}

struct word *word_hold(struct word *w)
{
	if (w)
		w->refs++;
	return w;
}

void words_drop(struct words *ws, struct word *w)
{
	if (!w || --w->refs > 0)
		return;
	map_remove(&ws->map, word_span(w));
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
