/*
 * The records around incidents.
 */
#include "aiops-triage/evidence/context.h"

#include <stdlib.h>

#include "base/mem.h"

const char *context_kind_name(enum context_kind k)
{
	static const char *const names[CONTEXT_KINDS] = {"alerts", "logs", "metrics", "changes"};

	return names[k];
}

void context_init(struct context *c, size_t max_records, size_t max_bytes)
{
	*c = (struct context){.max_records = max_records, .max_bytes = max_bytes};
	map_init(&c->by_id);
}

void context_release(struct context *c)
{
	for (size_t k = 0; k < CONTEXT_KINDS; k++) {
		struct ring *r = &c->rings[k];

		for (size_t i = 0; i < r->n; i++)
			item_free(r->slots[(r->first + i) % r->cap]);
		free(r->slots);
	}
	map_release(&c->by_id);
	*c = (struct context){0};
}

static int ring_of(enum kind kind)
{
	switch (kind) {
	case KIND_ALERT:
		return CONTEXT_ALERTS;
	case KIND_LOG:
		return CONTEXT_LOGS;
	case KIND_METRIC:
		return CONTEXT_METRICS;
	case KIND_CHANGE:
		return CONTEXT_CHANGES;
	default:
		return -1;
	}
}

static void ring_grow(struct ring *r)
{
	size_t cap = r->cap ? 2 * r->cap : 64;
	struct item **slots = mem_array(NULL, cap, sizeof *slots);

	for (size_t i = 0; i < r->n; i++)
		slots[i] = r->slots[(r->first + i) % r->cap];
	free(r->slots);
	r->slots = slots;
	r->first = 0;
	r->cap = cap;
}

static void drop_oldest(struct context *c, struct ring *r)
{
	struct item *it = r->slots[r->first];

	map_remove(&c->by_id, it->fields[ITEM_ID]);
	r->first = (r->first + 1) % r->cap;
	r->n--;
	r->bytes -= it->bytes;
	c->bytes -= it->bytes;
	r->dropped++;
	item_free(it);
}

static struct ring *largest(struct context *c)
{
	struct ring *most = &c->rings[0];

	for (size_t k = 1; k < CONTEXT_KINDS; k++)
		if (c->rings[k].bytes > most->bytes)
			most = &c->rings[k];
	return most;
}

void context_add(struct context *c, const struct record *r)
{
	enum kind kind = record_kind(r);
	int k = ring_of(kind);
	struct item *it =
		k < 0 || map_get(&c->by_id, record_text(r, "id")) ? NULL : item_new(r, kind);
	struct ring *ring;

	if (!it)
		return;
	ring = &c->rings[k];
	if (ring->n == ring->cap)
		ring_grow(ring);
	ring->slots[(ring->first + ring->n++) % ring->cap] = it;
	map_put(&c->by_id, it->fields[ITEM_ID], NULL)->value.ptr = it;
	ring->bytes += it->bytes;
	c->bytes += it->bytes;
	if (ring->n > c->max_records)
		drop_oldest(c, ring);
	while (c->bytes > c->max_bytes)
		drop_oldest(c, largest(c));
}

struct item *context_find(const struct context *c, struct span id)
{
	const struct map_entry *entry = map_get(&c->by_id, id);

	return entry ? entry->value.ptr : NULL;
}

struct item *context_at(const struct context *c, enum context_kind k, size_t i)
{
	const struct ring *r = &c->rings[k];

	return i < r->n ? r->slots[(r->first + i) % r->cap] : NULL;
}
