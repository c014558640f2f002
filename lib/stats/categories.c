/* Category counts: see categories.h. */
#include "stats/categories.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

/* FNV-1a, finished by splitmix64's mixer so that the high bits are good too. It is
 * the same in every run, so results are; the map in front has a secret key. */
static uint64_t text_hash(struct span s)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < s.len; i++)
		h = (h ^ (uint8_t)s.data[i]) * UINT64_C(0x100000001b3);
	h = (h ^ h >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	h = (h ^ h >> 27) * UINT64_C(0x94d049bb133111eb);
	return h ^ h >> 31;
}

static bool is_kept(const struct categories *c, uint64_t hash)
{
	return c->halvings == 0 || hash >> (64 - c->halvings) == 0;
}

void categories_init(struct categories *c, size_t max)
{
	*c = (struct categories){.max = max};
	map_init(&c->kept);
}

void categories_release(struct categories *c)
{
	if (!c)
		return;
	for (struct map_entry *en = map_next(&c->kept, NULL); en; en = map_next(&c->kept, en))
		free(en->value.ptr);
	map_release(&c->kept);
}

static void count_rest(struct categories *c, uint64_t hash, int window, uint64_t n)
{
	c->rest[window][hash % CATEGORIES_REST] += n;
}

/* Halves what is kept. */
static void shrink(struct categories *c)
{
	struct map was = c->kept;

	c->halvings++;
	map_init(&c->kept);
	for (struct map_entry *en = map_next(&was, NULL); en; en = map_next(&was, en)) {
		struct span text = span_of(en->key, en->key_len);
		uint64_t hash = text_hash(text), *n = en->value.ptr;

		if (is_kept(c, hash)) {
			map_put(&c->kept, text, NULL)->value.ptr = n;
			continue;
		}
		for (int w = 0; w < 2; w++)
			count_rest(c, hash, w, n[w]);
		free(n);
	}
	map_release(&was);
}

static bool add_short(struct categories *c, struct span text, int window, uint64_t n)
{
	uint64_t hash = c->halvings ? text_hash(text) : 0;
	struct map_entry *en;
	bool added;

	c->total[window] += n;
	if (!is_kept(c, hash)) {
		count_rest(c, hash, window, n);
		return false;
	}
	en = map_put(&c->kept, text, &added);
	if (added)
		en->value.ptr = mem_zalloc(2 * sizeof(uint64_t));
	((uint64_t *)en->value.ptr)[window] += n;
	while (c->kept.live > c->max && c->halvings < 63)
		shrink(c);
	return added;
}

bool categories_add(struct categories *c, struct span text, int window)
{
	struct buf cut = BUF_INIT(2 * CATEGORY_BYTES);
	bool added;

	if (text.len <= CATEGORY_BYTES)
		return add_short(c, text, window, 1);
	buf_add(&cut, text.data, CATEGORY_BYTES - 20);
	buf_addf(&cut, "...%016llx", (unsigned long long)text_hash(text));
	added = add_short(c, buf_span(&cut), window, 1);
	buf_release(&cut);
	return added;
}

void categories_add_count(struct categories *c, struct span text, int window, uint64_t n)
{
	(void)add_short(c, text, window, n);
}

void categories_add_rest(struct categories *c, size_t cell, int window, uint64_t n)
{
	c->total[window] += n;
	c->rest[window][cell % CATEGORIES_REST] += n;
}

void categories_halve_to(struct categories *c, int halvings)
{
	while (c->halvings < halvings && c->halvings < 63)
		shrink(c);
}

uint64_t categories_rest(const struct categories *c, int window)
{
	uint64_t sum = 0;

	for (size_t k = 0; k < CATEGORIES_REST; k++)
		sum += c->rest[window][k];
	return sum;
}

static int by_text(const void *a, const void *b)
{
	const struct map_entry *const *x = a, *const *y = b;

	return span_cmp(span_of((*x)->key, (*x)->key_len), span_of((*y)->key, (*y)->key_len));
}

void categories_counts(const struct categories *c, uint64_t **ref, uint64_t **cur,
		       struct span **texts, size_t *n)
{
	size_t all = c->kept.live + CATEGORIES_REST, i = 0;
	struct map_entry **order = mem_array(NULL, all, sizeof *order);

	*ref = mem_array(NULL, all + 1, sizeof **ref);
	*cur = mem_array(NULL, all + 1, sizeof **cur);
	*texts = mem_array(NULL, all, sizeof **texts);
	for (struct map_entry *en = map_next(&c->kept, NULL); en; en = map_next(&c->kept, en))
		order[i++] = en;
	qsort(order, i, sizeof *order, by_text);
	for (size_t k = 0; k < i; k++) {
		const uint64_t *count = order[k]->value.ptr;

		(*ref)[k] = count[0];
		(*cur)[k] = count[1];
		(*texts)[k] = span_of(order[k]->key, order[k]->key_len);
	}
	for (size_t k = 0; k < CATEGORIES_REST; k++, i++) {
		(*ref)[i] = c->rest[0][k];
		(*cur)[i] = c->rest[1][k];
		(*texts)[i] = SPAN_NONE;
	}
	*n = all;
	free(order);
}
