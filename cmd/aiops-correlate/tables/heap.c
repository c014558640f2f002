#include "aiops-correlate/tables/heap.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void heap_release(struct heap *h)
{
	free(h->items);
	free(h->row);
	h->items = h->row = NULL;
	h->n = h->cap = h->row_at = h->row_end = h->row_cap = 0;
}

static bool before(const struct heap *h, const struct heap_item *a, const struct heap_item *b)
{
	if (a->at_ns != b->at_ns)
		return a->at_ns < b->at_ns;
	if (a->key != b->key)
		return a->key < b->key;
	return h->tie && h->tie(a->ptr, b->ptr) < 0;
}

/* Appends to the row; what was taken from its beginning makes room first. */
static void push_row(struct heap *h, struct heap_item item)
{
	if (h->row_end == h->row_cap && h->row_at > h->row_cap / 2) {
		h->row_end -= h->row_at;
		memmove(h->row, h->row + h->row_at, h->row_end * sizeof *h->row);
		h->row_at = 0;
	}
	mem_grow(h->row, h->row_cap, h->row_end + 1);
	h->row[h->row_end++] = item;
}

void heap_push(struct heap *h, struct heap_item item)
{
	size_t i = h->n;

	if (h->row_at == h->row_end || !before(h, &item, &h->row[h->row_end - 1])) {
		push_row(h, item);
		return;
	}
	mem_grow(h->items, h->cap, h->n + 1);
	h->n++;
	while (i > 0 && before(h, &item, &h->items[(i - 1) / 2])) {
		h->items[i] = h->items[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	h->items[i] = item;
}

/* True if the earliest item stands in the row; there must be one. */
static bool row_is_first(const struct heap *h)
{
	if (h->n == 0 || h->row_at == h->row_end)
		return h->n == 0;
	return !before(h, &h->items[0], &h->row[h->row_at]);
}

const struct heap_item *heap_top(const struct heap *h)
{
	if (heap_count(h) == 0)
		return NULL;
	return row_is_first(h) ? &h->row[h->row_at] : &h->items[0];
}

static struct heap_item pop_heap(struct heap *h)
{
	struct heap_item top = h->items[0], last = h->items[--h->n];
	size_t i = 0, child;

	while ((child = 2 * i + 1) < h->n) {
		if (child + 1 < h->n && before(h, &h->items[child + 1], &h->items[child]))
			child++;
		if (!before(h, &h->items[child], &last))
			break;
		h->items[i] = h->items[child];
		i = child;
	}
	if (h->n)
		h->items[i] = last;
	return top;
}

struct heap_item heap_pop(struct heap *h)
{
	assert(heap_count(h) > 0);
	return row_is_first(h) ? h->row[h->row_at++] : pop_heap(h);
}
