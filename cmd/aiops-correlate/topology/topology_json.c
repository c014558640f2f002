/*
 * A topology as large JSON: one pass of the record parser, whose limits hold
 * (UTF-8, duplicate keys, depth), instead of a tree.
 */
#include <stdlib.h>

#include "aiops-correlate/topology/topology_impl.h"
#include "base/file.h"
#include "base/mem.h"
#include "record/members.h"

enum { SHOWN = 200 }; /* bytes of an id in a message */

static int shown(struct span s)
{
	return (int)(s.len > SHOWN ? SHOWN : s.len);
}

/* Takes the members of the element that are among keys; others are refused. */
static int read_texts(struct value object, const char *list, size_t at, const char *const *keys,
		      size_t n, struct span *out, struct err *e)
{
	struct value_iter it = value_iter(object);
	struct span key;
	struct value v;

	if (object.type != VALUE_OBJECT)
		return err_set(e, EX_BADCONFIG, "%s[%zu] is no object", list, at);
	for (size_t i = 0; i < n; i++)
		out[i] = SPAN_NONE;
	while (value_next(&it, &key, &v)) {
		size_t i = 0;

		while (i < n && !span_is(key, keys[i]))
			i++;
		if (i == n)
			return err_set(e, EX_BADCONFIG, "%s[%zu]: unknown key '%.*s'", list, at,
				       shown(key), key.data);
		if (v.type != VALUE_STRING)
			return err_set(e, EX_BADCONFIG, "%s[%zu]: '%s' is no text", list, at,
				       keys[i]);
		out[i] = v.text;
	}
	return 0;
}

static int read_node(struct topology *t, struct value v, size_t at, struct err *e)
{
	static const char *const keys[] = {"id", "layer", "type"};
	struct span text[3];
	const char *layer = NULL;
	struct topo_node *node;

	if (read_texts(v, "nodes", at, keys, 3, text, e) != 0)
		return -1;
	if (text[0].len == 0)
		return err_set(e, EX_BADCONFIG, "nodes[%zu]: 'id' is missing or empty", at);
	if (text[1].data && !(layer = topology_known_layer(text[1])))
		return err_set(e, EX_BADCONFIG, "nodes[%zu]: '%.*s' is no layer", at,
			       shown(text[1]), text[1].data);
	node = topology_add_node(t, text[0]);
	if (!node)
		return err_set(e, EX_BADCONFIG,
			       "nodes[%zu]: node '%.*s' stands here for the second time", at,
			       shown(text[0]), text[0].data);
	node->layer = layer;
	return 0;
}

static int end_of_edge(const struct topology *t, struct span id, size_t at, const char *key,
		       int *out, struct err *e)
{
	const struct map_entry *en = id.len ? map_get(&t->ids, id) : NULL;

	if (id.len == 0)
		return err_set(e, EX_BADCONFIG, "edges[%zu]: '%s' is missing or empty", at, key);
	if (!en)
		return err_set(e, EX_BADCONFIG, "edges[%zu]: '%.*s' is not among the nodes", at,
			       shown(id), id.data);
	*out = (int)en->value.num;
	return 0;
}

static int read_edge(const struct topology *t, struct value v, size_t at, struct edge *out,
		     struct err *e)
{
	static const char *const keys[] = {"from", "to", "type"};
	struct span text[3];

	if (read_texts(v, "edges", at, keys, 3, text, e) != 0 ||
	    end_of_edge(t, text[0], at, "from", &out->from, e) != 0 ||
	    end_of_edge(t, text[1], at, "to", &out->to, e) != 0)
		return -1;
	out->instance_of = span_is(text[2], "instance_of");
	return 0;
}

static int check_list(struct value list, const char *key, size_t *n, struct err *e)
{
	struct value_iter it = value_iter(list);
	struct value v;

	*n = 0;
	if (list.type != VALUE_ARRAY)
		return err_set(e, EX_BADCONFIG, "'%s' is %s", key,
			       list.type == VALUE_NONE ? "missing" : "no list");
	while (value_next(&it, NULL, &v))
		++*n;
	return *n <= TOPOLOGY_MAX_ITEMS
		       ? 0
		       : err_set(e, EX_BADCONFIG, "more than %d %s", TOPOLOGY_MAX_ITEMS, key);
}

static int read_nodes(struct topology *t, struct value list, struct err *e)
{
	struct value_iter it = value_iter(list);
	struct value v;

	for (size_t i = 0; value_next(&it, NULL, &v); i++)
		if (read_node(t, v, i, e) != 0)
			return -1;
	return 0;
}

static int read_edges(struct topology *t, struct value list, size_t n, struct err *e)
{
	struct edge *edges = mem_array(NULL, n, sizeof *edges);
	struct value_iter it = value_iter(list);
	struct value v;
	int rc = 0;

	for (size_t i = 0; rc == 0 && value_next(&it, NULL, &v); i++)
		rc = read_edge(t, v, i, &edges[i], e);
	if (rc == 0)
		topology_connect(t, edges, n);
	else
		free(edges);
	return rc;
}

static struct topology *read_document(const struct record *r, struct err *e)
{
	static const struct span keys[] = {{"nodes", 5}, {"edges", 5}};
	struct value lists[2];
	struct value_iter it = value_iter(record_root(r));
	struct topology *t;
	struct span key;
	struct value v;
	size_t nodes, edges = 0;

	while (value_next(&it, &key, &v))
		if (!span_eq(key, keys[0]) && !span_eq(key, keys[1])) {
			err_set(e, EX_BADCONFIG, "unknown key '%.*s'", shown(key), key.data);
			return NULL;
		}
	value_members(record_root(r), keys, 2, lists);
	if (check_list(lists[0], "nodes", &nodes, e) != 0 ||
	    (lists[1].type != VALUE_NONE && check_list(lists[1], "edges", &edges, e) != 0))
		return NULL;
	t = topology_new(nodes);
	if (read_nodes(t, lists[0], e) == 0 && read_edges(t, lists[1], edges, e) == 0)
		return t;
	topology_free(t);
	return NULL;
}

struct topology *topology_load_json(const char *path, struct err *e)
{
	struct buf text = BUF_INIT(TOPOLOGY_MAX_BYTES + RECORD_PADDING);
	struct record *r = record_new(TOPOLOGY_MAX_BYTES);
	struct topology *t = NULL;
	struct err bad = ERR_INIT;
	enum reject_code why;

	if (file_read(path, &text, e) != 0)
		goto out;
	if (text.len > TOPOLOGY_MAX_BYTES || !buf_room(&text, RECORD_PADDING)) {
		err_set(e, EX_BADCONFIG, "'%s' is larger than %zu MiB", path,
			TOPOLOGY_MAX_BYTES >> 20);
		goto out;
	}
	if (record_parse(r, text.data, text.len, &why, &bad) != 0) {
		err_set(e, EX_BADCONFIG, "'%s': larger than YAML may be, and %s", path, bad.text);
		goto out;
	}
	t = read_document(r, e);
	if (!t)
		err_prefix(e, "'%s'", path);
out:
	record_free(r);
	buf_release(&text);
	return t;
}
