/* Features by the bytes that decide them: see recall.h. */
#include "aiops-drift/profile/recall.h"

#include <stdlib.h>

#include "base/mem.h"

/* More keys are forgotten, all at once: a field that hardly repeats is no use. */
#define KEYS_MAX  ((size_t)1 << 16)
#define KEY_BYTES ((size_t)64 << 10)

static size_t add(struct recall *c, const char *path)
{
	c->paths[c->n_paths] = path;
	return c->n_paths++;
}

void recall_init(struct recall *c, const struct grouping *g, const char *const *shared,
		 size_t n_shared)
{
	*c = (struct recall){0};
	map_init(&c->by_key);
	c->paths = mem_array(NULL, g->n_by + n_shared + 5, sizeof *c->paths);
	(void)add(c, "kind");
	for (size_t i = 0; i < g->n_by; i++)
		(void)add(c, g->by[i]);
	if (g->n_by == 0) {
		(void)add(c, "name");
		(void)add(c, "labels");
	}
	c->shared = c->n_paths;
	for (size_t i = 0; i < n_shared; i++)
		(void)add(c, shared[i]);
	c->n_key = c->n_paths;
	c->value = add(c, g->value);
	c->timestamp = add(c, "timestamp");
}

void recall_release(struct recall *c)
{
	map_release(&c->by_key);
	free(c->items);
	free(c->paths);
	*c = (struct recall){0};
}

static size_t item_of(struct recall *c, struct span key)
{
	struct map_entry *entry;
	bool added;

	if (c->by_key.live >= KEYS_MAX)
		map_clear(&c->by_key);
	entry = map_put(&c->by_key, key, &added);
	if (added) {
		entry->value.num = (int64_t)c->by_key.live - 1;
		mem_grow(c->items, c->cap, c->by_key.live);
		c->items[c->by_key.live - 1] = (struct recalled){0};
	}
	return (size_t)entry->value.num;
}

struct recalled *recall_find(struct recall *c, const struct record *r)
{
	uint64_t version = record_key_version(r);
	struct span key;

	if (version == 0)
		return NULL;
	if (version != c->last) {
		key = record_key(r);
		if (key.len == 0 || key.len > KEY_BYTES)
			return NULL;
		c->last_item = item_of(c, key);
		c->last = version;
	}
	return &c->items[c->last_item];
}
