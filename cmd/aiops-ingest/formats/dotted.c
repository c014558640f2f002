#include "aiops-ingest/formats/dotted.h"

struct item dotted_member(struct item object, const char *path)
{
	struct span rest = span_cstr(path);
	struct item at = object;

	while (rest.len > 0) {
		struct items s = items_of(at);
		struct span key, best = SPAN_NONE;
		struct item i, found = {{.type = VALUE_NONE}, SPAN_NONE};

		while (at.v.type == VALUE_OBJECT && items_next(&s, &key, &i)) {
			bool whole = key.len == rest.len, part = key.len < rest.len &&
								 rest.data[key.len] == '.' &&
								 i.v.type == VALUE_OBJECT;

			if ((!whole && !part) || memcmp(key.data, rest.data, key.len) != 0 ||
			    (best.data && key.len <= best.len))
				continue;
			best = key;
			found = i;
		}
		if (!best.data || best.len == rest.len)
			return found;
		at = found;
		rest = span_of(rest.data + best.len + 1, rest.len - best.len - 1);
	}
	return at;
}

struct walk {
	struct items items;
	struct span name; /* of the object, with a dot behind it */
};

int dotted_each(struct item object, struct arena *words,
		int (*take)(void *ctx, struct span name, struct item value, struct err *e),
		void *ctx, struct err *e)
{
	struct walk open[RECORD_MAX_DEPTH];
	size_t depth = 1;

	open[0] = (struct walk){items_of(object), SPAN("")};
	while (depth > 0) {
		struct walk *w = &open[depth - 1];
		struct span parts[3] = {w->name, SPAN_NONE, SPAN(".")};
		struct item i;

		if (!items_next(&w->items, &parts[1], &i))
			depth--;
		else if (i.v.type == VALUE_OBJECT)
			open[depth++] = (struct walk){items_of(i), arena_join(words, parts, 3)};
		else if (take(ctx, arena_join(words, parts, 2), i, e) != 0)
			return -1;
	}
	return 0;
}
