/*
 * Numbers things in the order in which they come: pairs of numbers or addresses
 * to 0, 1, 2 ... The numbers do not depend on addresses.
 */
#ifndef AIOPS_CORRELATE_DISTINCT_H
#define AIOPS_CORRELATE_DISTINCT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DISTINCT_NONE SIZE_MAX

struct distinct_slot {
	uintptr_t a, b;
	size_t id; /* + 1; 0 free */
};

struct distinct {
	struct distinct_slot *slots;
	size_t mask, n;
};

/* Room for max of them. */
void distinct_init(struct distinct *d, size_t max);
void distinct_release(struct distinct *d);
/* The number of (a, b), the next one if it is new. */
size_t distinct_add(struct distinct *d, uintptr_t a, uintptr_t b);
/* The number of (a, b), or DISTINCT_NONE. */
size_t distinct_find(const struct distinct *d, uintptr_t a, uintptr_t b);

#endif
