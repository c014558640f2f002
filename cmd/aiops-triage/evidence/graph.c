/*
 * Who depends on whom.
 */
#include "aiops-triage/evidence/graph.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "yaml/yaml.h"

#define FILE_MAX    ((size_t)64 << 20)
#define PARENTS_MAX 8 /* an instance of an instance of ...; a cycle ends here */

void graph_init(struct graph *g)
{
	*g = (struct graph){.n = 0};
	map_init(&g->ids);
}

void graph_release(struct graph *g)
{
	for (size_t i = 0; i < g->n; i++)
		free(g->nodes[i].deps);
	free(g->nodes);
	map_release(&g->ids);
	*g = (struct graph){.n = 0};
}

int graph_find(const struct graph *g, struct span id)
{
	const struct map_entry *entry = id.len ? map_get(&g->ids, id) : NULL;

	return entry ? (int)entry->value.num : -1;
}

int graph_service(const struct graph *g, int node)
{
	for (int i = 0; i < PARENTS_MAX && node >= 0 && g->nodes[node].parent >= 0; i++)
		node = g->nodes[node].parent;
	return node;
}

/* The node of that id, made if need be; -1: there is no room. */
static int node_of(struct graph *g, struct span id)
{
	int known = graph_find(g, id);
	struct map_entry *entry;

	if (known >= 0)
		return known;
	if (!id.len || g->n == GRAPH_NODES) {
		g->left_out++;
		return -1;
	}
	entry = map_put(&g->ids, id, NULL);
	entry->value.num = (int64_t)g->n;
	mem_grow(g->nodes, g->cap, g->n + 1);
	g->nodes[g->n] =
		(struct graph_node){.id = span_of(entry->key, entry->key_len), .parent = -1};
	return (int)g->n++;
}

void graph_link(struct graph *g, struct span from, struct span to, bool instance_of)
{
	int a = node_of(g, from), b = node_of(g, to);
	struct graph_node *node;

	if (a < 0 || b < 0 || a == b)
		return;
	node = &g->nodes[a];
	if (instance_of && node->parent < 0)
		node->parent = b;
	if (instance_of)
		return;
	for (size_t i = 0; i < node->n_deps; i++)
		if (node->deps[i] == b)
			return;
	if (g->n_edges == GRAPH_EDGES) {
		g->left_out++;
		return;
	}
	mem_grow(node->deps, node->cap, node->n_deps + 1);
	node->deps[node->n_deps++] = b;
	g->n_edges++;
}

/* ---- records and JSON ---- */

static struct span text_of(struct value object, const char *key)
{
	return value_member(object, span_cstr(key)).text;
}

void graph_add_record(struct graph *g, const struct record *r)
{
	struct value_iter it = value_iter(record_get(r, "nodes"));
	struct value v;

	while (value_next(&it, NULL, &v))
		(void)node_of(g, text_of(v, "id")); /* what has no id is counted there */
	it = value_iter(record_get(r, "edges"));
	while (value_next(&it, NULL, &v))
		graph_link(g, text_of(v, "from"), text_of(v, "to"),
			   span_is(text_of(v, "type"), "instance_of"));
}

static int load_json(struct graph *g, struct buf *text, struct err *e)
{
	struct record *r = record_new(FILE_MAX);
	enum reject_code why;
	int rc;

	rc = record_parse(r, text->data, text->len, &why, e);
	if (rc == 0)
		graph_add_record(g, r);
	else
		e->code = EX_BADCONFIG;
	record_free(r);
	return rc;
}

/* ---- YAML ---- */

static struct span yaml_member(const struct yaml_node *map, const char *key)
{
	const struct yaml_node *n = yaml_get(map, key);

	return n && n->type == YAML_SCALAR ? n->text : SPAN_NONE;
}

static int load_yaml(struct graph *g, struct span text, struct err *e)
{
	struct yaml *doc = yaml_parse(text, e);
	const struct yaml_node *nodes, *edges;
	int rc = -1;

	if (!doc)
		return -1;
	nodes = yaml_get(yaml_root(doc), "nodes");
	edges = yaml_get(yaml_root(doc), "edges");
	if (!nodes) {
		rc = err_set(e, EX_BADCONFIG, "key 'nodes' is missing");
		goto out;
	}
	if (yaml_expect(nodes, YAML_LIST, e) != 0 || (edges && yaml_expect(edges, YAML_LIST, e)))
		goto out;
	for (size_t i = 0; i < nodes->n; i++)
		(void)node_of(g, yaml_member(nodes->items[i], "id")); /* counted there */
	for (size_t i = 0; edges && i < edges->n; i++)
		graph_link(g, yaml_member(edges->items[i], "from"),
			   yaml_member(edges->items[i], "to"),
			   span_is(yaml_member(edges->items[i], "type"), "instance_of"));
	rc = 0;
out:
	yaml_free(doc);
	return rc;
}

int graph_load(struct graph *g, const char *path, struct err *e)
{
	struct buf text = BUF_INIT(FILE_MAX + RECORD_PADDING);
	struct span trimmed;
	int rc = file_read(path, &text, e);

	if (rc != 0)
		goto out;
	if (!buf_room(&text, RECORD_PADDING)) {
		rc = err_set(e, EX_BADCONFIG, "it is larger than 64 MiB");
		goto out;
	}
	trimmed = span_trim(buf_span(&text)); /* making room may have moved it */
	if (trimmed.len && trimmed.data[0] == '{' && text.len > YAML_MAX_BYTES)
		rc = load_json(g, &text, e);
	else
		rc = load_yaml(g, buf_span(&text),
			       e); /* JSON is YAML, and this one has positions */
out:
	buf_release(&text);
	return rc;
}
