/*
 * One page for each incident.
 */
#include "aiops-triage/explain/pages.h"

#include <stdlib.h>

#include "base/mem.h"

void pages_init(struct pages *p, struct cli *c)
{
	*p = (struct pages){.cli = c};
	map_init(&p->held);
}

void pages_release(struct pages *p)
{
	for (struct map_entry *en = map_next(&p->held, NULL); en; en = map_next(&p->held, en))
		free(en->value.ptr);
	map_release(&p->held);
}

static void print(struct pages *p, struct map_entry *en)
{
	if (p->printed)
		out_write(p->cli, SPAN("\n"));
	p->printed = true;
	out_write(p->cli, span_cstr(en->value.ptr));
	free(en->value.ptr);
	map_remove(&p->held, span_of(en->key, en->key_len));
}

void pages_put(struct pages *p, struct span incident, struct span text, bool last)
{
	struct map_entry *en = map_put(&p->held, incident, NULL);

	free(en->value.ptr);
	en->value.ptr = mem_dup(text.data, text.len);
	if (last)
		print(p, en);
	else if (p->held.live > PAGES_HELD)
		print(p, map_next(&p->held, NULL));
}

void pages_drop(struct pages *p, struct span incident)
{
	struct map_entry *en = map_get(&p->held, incident);

	if (!en)
		return;
	free(en->value.ptr);
	map_remove(&p->held, incident);
}

void pages_flush(struct pages *p)
{
	struct map_entry *en;

	while ((en = map_next(&p->held, NULL)))
		print(p, en);
}
