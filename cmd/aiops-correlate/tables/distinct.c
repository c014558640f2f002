#include "aiops-correlate/tables/distinct.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"

void distinct_init(struct distinct *d, size_t max)
{
	size_t room = 8;

	while (room < 2 * max)
		room *= 2;
	*d = (struct distinct){.slots = mem_zalloc(room * sizeof *d->slots), .mask = room - 1};
}

void distinct_release(struct distinct *d)
{
	free(d->slots);
	*d = (struct distinct){0};
}

/* The slot of (a, b), or the free one where it would stand. */
static struct distinct_slot *slot_of(const struct distinct *d, uintptr_t a, uintptr_t b)
{
	uint64_t h = (uint64_t)a * UINT64_C(0x9E3779B97F4A7C15);
	size_t i;

	h = (h ^ (h >> 32) ^ (uint64_t)b) * UINT64_C(0xBF58476D1CE4E5B9);
	i = (size_t)(h >> 32) & d->mask;
	while (d->slots[i].id && (d->slots[i].a != a || d->slots[i].b != b))
		i = (i + 1) & d->mask;
	return &d->slots[i];
}

size_t distinct_add(struct distinct *d, uintptr_t a, uintptr_t b)
{
	struct distinct_slot *s = slot_of(d, a, b);

	if (!s->id) {
		assert(2 * d->n <= d->mask);
		*s = (struct distinct_slot){a, b, ++d->n};
	}
	return s->id - 1;
}

size_t distinct_find(const struct distinct *d, uintptr_t a, uintptr_t b)
{
	return slot_of(d, a, b)->id - 1; /* 0 - 1 is DISTINCT_NONE */
}
