#include "aiops-ingest/live/seen.h"

void seen_init(struct seen *s)
{
	map_init(&s->now);
	map_init(&s->before);
}

void seen_release(struct seen *s)
{
	map_release(&s->now);
	map_release(&s->before);
}

bool seen_add(struct seen *s, struct span id)
{
	bool known = map_get(&s->now, id) || map_get(&s->before, id);

	if (s->now.live < SEEN_MAX)
		(void)map_put(&s->now, id, NULL);
	return !known;
}

void seen_turn(struct seen *s)
{
	struct map old = s->before;

	s->before = s->now;
	s->now = old;
	map_clear(&s->now);
}
