#include "aiops-ingest/formats/array_path.h"

#include <assert.h>

static void add_node(struct array_path *p, char bracket, struct span key)
{
	assert(p->n < ARRAY_PATH_NODES);
	p->nodes[p->n++] = (struct array_path_node){bracket, key};
}

struct array_path array_path_parse(const char *path)
{
	struct array_path p = {.n = 0};
	struct span key = SPAN_NONE;

	while (*path) {
		size_t n = strcspn(path, ".[");

		if (n > 0) { /* a key: the container around it is an object */
			add_node(&p, '{', key);
			key = span_of(path, n);
			path += n;
		} else if (*path == '[') {
			add_node(&p, '[', key);
			key = SPAN_NONE;
			path += 2;
		} else {
			path++;
		}
	}
	return p;
}

bool array_path_matches(const struct array_path *p, size_t depth, char bracket, bool member,
			struct span key)
{
	if (depth >= p->n || p->nodes[depth].bracket != bracket)
		return false;
	return !member || span_eq(p->nodes[depth].key, key);
}
