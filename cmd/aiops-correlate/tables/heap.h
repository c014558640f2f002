/*
 * A binary heap of things that are due at a point in event time, earliest
 * first; ties by key, then by the owner's own order, so that what pops does
 * not depend on what was pushed first.
 */
#ifndef AIOPS_CORRELATE_HEAP_H
#define AIOPS_CORRELATE_HEAP_H

#include <stddef.h>
#include <stdint.h>

struct heap_item {
	int64_t at_ns;
	uint64_t key;
	void *ptr; /* not owned */
};

/* What comes in order, as most does, waits in a row; only the rest costs O(log n). */
struct heap {
	struct heap_item *items; /* the heap proper */
	size_t n, cap;
	struct heap_item *row; /* in order, from row_at to row_end */
	size_t row_at, row_end, row_cap;
	/* Order of items with equal at_ns and key; NULL if it does not matter. */
	int (*tie)(const void *a, const void *b);
};

void heap_release(struct heap *h);
/* O(1) for an item behind those that came in order before it, else O(log n). */
void heap_push(struct heap *h, struct heap_item item);
/* The earliest item; NULL if there is none. */
const struct heap_item *heap_top(const struct heap *h);
/* Takes the earliest item out; the heap must not be empty. O(1) or O(log n). */
struct heap_item heap_pop(struct heap *h);
/* What probably comes i turns behind the next one; NULL if it cannot be told. */
static inline void *heap_ahead(const struct heap *h, size_t i)
{
	return h->row_at + i < h->row_end ? h->row[h->row_at + i].ptr : NULL;
}
/* How many there are, and each of them, in no certain order. */
static inline size_t heap_count(const struct heap *h)
{
	return h->n + h->row_end - h->row_at;
}
static inline const struct heap_item *heap_at(const struct heap *h, size_t i)
{
	return i < h->n ? &h->items[i] : &h->row[h->row_at + i - h->n];
}

#endif
