#include "aiops-ingest/formats/pattern.h"

#include <assert.h>

static void add_node(struct pattern *p, char bracket, struct span key)
{
	assert(p->n < PATTERN_NODES);
	p->nodes[p->n++] = (struct pattern_node){bracket, key};
}

struct pattern pattern_parse(const char *path)
{
	struct pattern p = {.n = 0};
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

bool pattern_matches(const struct pattern *p, size_t depth, char bracket, bool member,
		     struct span key)
{
	if (depth >= p->n || p->nodes[depth].bracket != bracket)
		return false;
	return !member || span_eq(p->nodes[depth].key, key);
}
