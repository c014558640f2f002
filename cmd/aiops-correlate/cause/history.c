#include "aiops-correlate/cause/history.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"

enum {
	/* After so many incidents all counts are halved, so that the past fades
	 * and memory stays bounded. */
	FADE_AFTER = 1000,
	MAX_KEY = 1 << 21,
};

void history_init(struct history *h)
{
	map_init(&h->df);
	h->incidents = 0;
}

void history_release(struct history *h)
{
	map_release(&h->df);
}

static void make_key(struct buf *b, const struct word *component, const struct word *name,
		     enum signal_kind signal)
{
	buf_add_span(b, word_span(component));
	buf_add_char(b, '\0');
	buf_add_span(b, word_span(name));
	buf_add_char(b, '\0');
	buf_add_cstr(b, signal_name(signal));
}

uint32_t history_df(const struct history *h, const struct word *component, const struct word *name,
		    enum signal_kind signal)
{
	struct buf key = BUF_INIT(MAX_KEY);
	const struct map_entry *en;

	make_key(&key, component, name, signal);
	en = map_get(&h->df, buf_span(&key));
	buf_release(&key);
	return en ? (uint32_t)en->value.num : 0;
}

uint32_t history_often(const struct history *h, const struct word *component)
{
	const struct map_entry *en = component ? map_get(&h->df, word_span(component)) : NULL;

	return en ? (uint32_t)en->value.num : 0;
}

static void fade(struct history *h)
{
	struct map old = h->df;

	map_init(&h->df);
	for (struct map_entry *en = map_next(&old, NULL); en; en = map_next(&old, en))
		if (en->value.num / 2 > 0)
			map_put(&h->df, span_of(en->key, en->key_len), NULL)->value.num =
				en->value.num / 2;
	map_release(&old);
	h->incidents /= 2;
}

static int by_alert(const void *a, const void *b)
{
	const struct member *x = *(const struct member *const *)a,
			    *y = *(const struct member *const *)b;
	int c = word_cmp(x->component, y->component);

	if (c == 0)
		c = word_cmp(x->name, y->name);
	return c ? c : (int)x->signal - (int)y->signal;
}

void history_learn(struct history *h, const struct member *members, size_t n)
{
	const struct member **order = mem_array(NULL, n, sizeof *order);
	struct buf key = BUF_INIT(MAX_KEY);

	if (h->incidents >= FADE_AFTER)
		fade(h);
	h->incidents++;
	for (size_t i = 0; i < n; i++)
		order[i] = &members[i];
	if (n)
		qsort(order, n, sizeof *order, by_alert);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && by_alert(&order[i - 1], &order[i]) == 0)
			continue;
		if (order[i]->component &&
		    (i == 0 || order[i - 1]->component != order[i]->component))
			map_put(&h->df, word_span(order[i]->component), NULL)->value.num++;
		buf_clear(&key);
		make_key(&key, order[i]->component, order[i]->name, order[i]->signal);
		map_put(&h->df, buf_span(&key), NULL)->value.num++;
	}
	buf_release(&key);
	free(order);
}
