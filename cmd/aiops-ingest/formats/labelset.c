#include "aiops-ingest/formats/labelset.h"

#include <stdlib.h>

#include "base/mem.h"

void labelset_release(struct labelset *s)
{
	free(s->items);
	*s = (struct labelset){NULL};
}

void labelset_add(struct labelset *s, struct span name, struct span value)
{
	if (name.len == 0 || value.len == 0)
		return;
	mem_grow(s->items, s->cap, s->n + 1);
	s->items[s->n++] = (struct label){name, value};
}

struct ranked {
	struct label label;
	size_t rank;
};

static int by_name_and_rank(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	int c = span_cmp(x->label.name, y->label.name);

	return c ? c : (x->rank > y->rank) - (x->rank < y->rank);
}

static bool is_sorted(const struct labelset *s)
{
	for (size_t i = 1; i < s->n; i++)
		if (span_cmp(s->items[i - 1].name, s->items[i].name) >= 0)
			return false;
	return true;
}

void labelset_settle(struct labelset *s)
{
	struct ranked *all;
	size_t kept = 0;

	if (is_sorted(s))
		return;
	all = mem_array(NULL, s->n, sizeof *all);
	for (size_t i = 0; i < s->n; i++)
		all[i] = (struct ranked){s->items[i], i};
	qsort(all, s->n, sizeof *all, by_name_and_rank);
	for (size_t i = 0; i < s->n; i++)
		if (kept == 0 || !span_eq(s->items[kept - 1].name, all[i].label.name))
			s->items[kept++] = all[i].label;
	s->n = kept;
	free(all);
}
