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

struct heap {
	struct heap_item *items;
	size_t n, cap;
	/* Order of items with equal at_ns and key; NULL if it does not matter. */
	int (*tie)(const void *a, const void *b);
};

void heap_release(struct heap *h);
/* O(log n). */
void heap_push(struct heap *h, struct heap_item item);
/* The earliest item; NULL if there is none. */
const struct heap_item *heap_top(const struct heap *h);
/* Takes the earliest item out; the heap must not be empty. O(log n). */
struct heap_item heap_pop(struct heap *h);

#endif
