/*
 * Memory that is freed together: what is read for one question or one document.
 */
#ifndef AIOPS_BASE_POOL_H
#define AIOPS_BASE_POOL_H

#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

struct pool {
	struct pool_block *blocks;
};

/* Zeroed. Never NULL. */
void *pool_alloc(struct pool *p, size_t size);
/* n zeroed elements; the product is checked. */
void *pool_array(struct pool *p, size_t n, size_t size);
/* A copy with a NUL behind it. */
struct span pool_copy(struct pool *p, struct span s);
/* The contents of b as above; b is released. */
struct span pool_take(struct pool *p, struct buf *b);
void pool_release(struct pool *p);

#endif
