#include "base/pool.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct pool_block {
	struct pool_block *next;
	_Alignas(max_align_t) char bytes[];
};

void *pool_alloc(struct pool *p, size_t size)
{
	struct pool_block *b;

	if (size > SIZE_MAX - sizeof *b)
		mem_exhausted();
	b = mem_zalloc(sizeof *b + size);
	b->next = p->blocks;
	p->blocks = b;
	return b->bytes;
}

void *pool_array(struct pool *p, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		mem_exhausted();
	return pool_alloc(p, n * size);
}

struct span pool_copy(struct pool *p, struct span s)
{
	char *copy = pool_alloc(p, s.len + 1);

	if (s.len)
		memcpy(copy, s.data, s.len);
	return span_of(copy, s.len);
}

struct span pool_take(struct pool *p, struct buf *b)
{
	struct span copy = pool_copy(p, buf_span(b));

	buf_release(b);
	return copy;
}

void pool_release(struct pool *p)
{
	while (p->blocks) {
		struct pool_block *next = p->blocks->next;

		free(p->blocks);
		p->blocks = next;
	}
}
