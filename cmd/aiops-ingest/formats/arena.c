#include "aiops-ingest/formats/arena.h"

#include <stdlib.h>

#include "base/mem.h"

enum { CHUNK = 16 << 10 };

struct arena_chunk {
	struct arena_chunk *next;
	size_t len, cap;
	char data[];
};

static void free_chunks(struct arena_chunk *c)
{
	while (c) {
		struct arena_chunk *next = c->next;

		free(c);
		c = next;
	}
}

void arena_release(struct arena *a)
{
	free_chunks(a->chunks);
	a->chunks = NULL;
}

void arena_clear(struct arena *a)
{
	if (!a->chunks)
		return;
	free_chunks(a->chunks->next);
	a->chunks->next = NULL;
	a->chunks->len = 0;
	if (a->chunks->cap > CHUNK)
		arena_release(a);
}

static char *room(struct arena *a, size_t n)
{
	struct arena_chunk *c = a->chunks;

	if (!c || c->cap - c->len < n) {
		size_t cap = n > CHUNK ? n : CHUNK;

		c = mem_alloc(sizeof *c + cap);
		*c = (struct arena_chunk){.next = a->chunks, .cap = cap};
		a->chunks = c;
	}
	c->len += n;
	return c->data + c->len - n;
}

struct span arena_join(struct arena *a, const struct span *parts, size_t n)
{
	size_t len = 0, at = 0;
	char *to;

	for (size_t i = 0; i < n; i++)
		len += parts[i].len;
	to = room(a, len);
	for (size_t i = 0; i < n; i++) {
		if (parts[i].len > 0)
			memcpy(to + at, parts[i].data, parts[i].len);
		at += parts[i].len;
	}
	return span_of(to, len);
}

struct span arena_keep(struct arena *a, struct span s)
{
	return arena_join(a, &s, 1);
}
