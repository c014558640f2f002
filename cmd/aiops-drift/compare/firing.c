/* Fired alerts: see firing.h. */
#include "aiops-drift/compare/firing.h"

#include <stdlib.h>

#include "base/mem.h"

void firing_init(struct firing *f)
{
	map_init(&f->by_name);
}

static void fired_free(struct fired *f)
{
	free(f->service);
	free(f);
}

void firing_release(struct firing *f)
{
	for (struct map_entry *en = map_next(&f->by_name, NULL); en; en = map_next(&f->by_name, en))
		fired_free(en->value.ptr);
	map_release(&f->by_name);
}

struct fired *firing_get(const struct firing *f, const char *feature)
{
	struct map_entry *en = map_get(&f->by_name, span_cstr(feature));

	return en ? en->value.ptr : NULL;
}

struct fired *firing_add(struct firing *f, const char *feature, struct instant starts_at,
			 struct span service)
{
	struct fired *made = mem_zalloc(sizeof *made);

	made->starts_at = starts_at;
	made->service = mem_dup(service.len ? service.data : "", service.len);
	map_put(&f->by_name, span_cstr(feature), NULL)->value.ptr = made;
	return made;
}

void firing_remove(struct firing *f, const char *feature)
{
	struct fired *was = firing_get(f, feature);

	if (!was)
		return;
	fired_free(was);
	map_remove(&f->by_name, span_cstr(feature));
}
