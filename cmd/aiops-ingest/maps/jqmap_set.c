#include "aiops-ingest/maps/jqmap.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"

enum { MAX_MAPS = 512 };

static size_t place_of(const struct jqmap_set *s, struct span name, bool *found)
{
	size_t low = 0, high = s->n;

	*found = false;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = span_cmp(span_cstr(s->maps[mid]->name), name);

		if (c == 0) {
			*found = true;
			return mid;
		}
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The later one of a name wins: the user's folder is read last. */
static void put_take(struct jqmap_set *s, struct jqmap *m)
{
	bool found;
	size_t at = place_of(s, span_cstr(m->name), &found);

	if (found) {
		jqmap_free(s->maps[at]);
		s->maps[at] = m;
		return;
	}
	mem_grow(s->maps, s->cap, s->n + 1);
	for (size_t i = s->n++; i > at; i--)
		s->maps[i] = s->maps[i - 1];
	s->maps[at] = m;
}

struct complaint {
	void (*tell)(void *ctx, const char *path, const struct err *why);
	void *ctx;
};

static void load_one(struct jqmap_set *s, const char *path, bool own, const struct complaint *c)
{
	struct err why = ERR_INIT;
	struct jqmap *m = NULL;

	if (s->n == MAX_MAPS)
		err_set(&why, EX_BADCONFIG, "more than %d maps", MAX_MAPS);
	else if (jqmap_read(path, own, &m, &why) == 0)
		put_take(s, m);
	if (why.code)
		c->tell(c->ctx, path, &why);
}

static void load_folder(struct jqmap_set *s, const char *folder, bool own,
			const struct complaint *c)
{
	struct err why = ERR_INIT;
	char **names = NULL;
	size_t n = 0;

	if (!folder || !file_is_dir(folder))
		return;
	if (file_list(folder, ".jq", &names, &n, &why) != 0) {
		c->tell(c->ctx, folder, &why);
		return;
	}
	for (size_t i = 0; i < n; i++)
		load_one(s, names[i], own, c);
	file_list_free(names, n);
}

struct jqmap_set *
jqmap_set_load(const char *installed, const char *own,
	       void (*complain)(void *ctx, const char *path, const struct err *why), void *ctx)
{
	struct jqmap_set *s = mem_zalloc(sizeof *s);
	struct complaint c = {complain, ctx};

	load_folder(s, installed, false, &c);
	load_folder(s, own, true, &c);
	return s;
}

void jqmap_set_free(struct jqmap_set *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++)
		jqmap_free(s->maps[i]);
	free(s->maps);
	free(s);
}

const struct jqmap *jqmap_set_find(const struct jqmap_set *set, struct span name)
{
	bool found = false;
	size_t at = set ? place_of(set, name, &found) : 0;

	return found ? set->maps[at] : NULL;
}
