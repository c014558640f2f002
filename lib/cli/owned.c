#include "cli/owned.h"

#include <stdlib.h>

#include "base/mem.h"

void *owned_take(struct owned *o, void *p)
{
	mem_grow(o->items, o->cap, o->n + 1);
	o->items[o->n++] = p;
	return p;
}

void owned_release(struct owned *o)
{
	for (size_t i = 0; i < o->n; i++)
		free(o->items[i]);
	free(o->items);
	*o = (struct owned){0};
}
