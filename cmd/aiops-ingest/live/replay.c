#include "aiops-ingest/live/replay.h"

#include <stddef.h>

void replay_init(struct replay *r, int64_t window_ms)
{
	map_init(&r->seen);
	r->window_ms = window_ms;
}

void replay_release(struct replay *r)
{
	map_release(&r->seen);
}

bool replay_seen(const struct replay *r, struct span digest, int64_t now_ms)
{
	const struct map_entry *en = map_get(&r->seen, digest);

	return en && en->value.num >= now_ms - r->window_ms;
}

void replay_add(struct replay *r, struct span digest, int64_t at_ms)
{
	struct map_entry *first;

	/* In order of time, but for a clock that was set back: then some stay longer. */
	while ((first = map_next(&r->seen, NULL)) && first->value.num < at_ms - r->window_ms)
		map_remove(&r->seen, span_of(first->key, first->key_len));
	map_put(&r->seen, digest, NULL)->value.num = at_ms;
}
