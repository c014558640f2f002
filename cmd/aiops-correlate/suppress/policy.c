/*
 * What holds alerts back, made and released; and the alerts that are kept aside.
 */
#include "aiops-correlate/suppress/suppress.h"

#include <stdlib.h>

#include "base/mem.h"

enum { LINE_MAX_BYTES = 1 << 22 };

void policy_init(struct policy *p, const struct site_rules *rules, struct maintenance *m,
		 int64_t cooldown_ns, size_t max_per_hour, size_t max_held)
{
	*p = (struct policy){.rules = *rules,
			     .maintenance = m,
			     .cooldown_ns = cooldown_ns,
			     .boundary_ns = INT64_MIN,
			     .max_held = max_held,
			     .line = BUF_INIT(LINE_MAX_BYTES)};
	inhibit_init(&p->inhibit, &p->rules);
	cap_init(&p->told, max_per_hour);
	cap_init(&p->foretold, max_per_hour);
	flaps_init(&p->flaps, p->rules.flapping, max_held);
	map_init(&p->held);
}

void policy_release(struct policy *p, struct words *ws)
{
	for (struct map_entry *it = map_next(&p->held, NULL); it; it = map_next(&p->held, it)) {
		struct held *h = it->value.ptr;

		sighting_free(h->s, ws);
		free(h);
	}
	map_release(&p->held);
	flaps_release(&p->flaps);
	cap_release(&p->told);
	cap_release(&p->foretold);
	inhibit_release(&p->inhibit);
	maintenance_free(p->maintenance);
	site_rules_release(&p->rules);
	buf_release(&p->line);
}

/* ---- alerts kept aside ---- */

static struct span key_of(const uint64_t *fp)
{
	return span_of((const char *)fp, sizeof *fp);
}

struct held *held_get(const struct policy *p, uint64_t fp)
{
	const struct map_entry *it = p->held.live ? map_get(&p->held, key_of(&fp)) : NULL;

	return it ? it->value.ptr : NULL;
}

struct held *held_add(struct policy *p, struct sighting *s, uint32_t count)
{
	struct held *h = mem_alloc(sizeof *h);

	*h = (struct held){s, count};
	map_put(&p->held, key_of(&s->fp), NULL)->value.ptr = h;
	return h;
}

void held_drop(struct policy *p, struct words *ws, uint64_t fp)
{
	struct held *h = held_get(p, fp);

	if (!h)
		return;
	sighting_free(h->s, ws);
	free(h);
	map_remove(&p->held, key_of(&fp));
}
