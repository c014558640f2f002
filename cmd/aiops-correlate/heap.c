#include "aiops-correlate/heap.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"

void heap_release(struct heap *h)
{
	free(h->items);
	h->items = NULL;
	h->n = h->cap = 0;
}

static bool before(const struct heap *h, const struct heap_item *a, const struct heap_item *b)
{
	if (a->at_ns != b->at_ns)
		return a->at_ns < b->at_ns;
	if (a->key != b->key)
		return a->key < b->key;
	return h->tie && h->tie(a->ptr, b->ptr) < 0;
}

void heap_push(struct heap *h, struct heap_item item)
{
	size_t i = h->n;

	mem_grow(h->items, h->cap, h->n + 1);
	h->n++;
	while (i > 0 && before(h, &item, &h->items[(i - 1) / 2])) {
		h->items[i] = h->items[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	h->items[i] = item;
}

const struct heap_item *heap_top(const struct heap *h)
{
	return h->n ? &h->items[0] : NULL;
}

struct heap_item heap_pop(struct heap *h)
{
	struct heap_item top, last;
	size_t i = 0, child;

	assert(h->n > 0);
	top = h->items[0];
	last = h->items[--h->n];
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
