#include "aiops-correlate/topology/topology.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "aiops-correlate/topology/topology_impl.h"
#include "base/mem.h"
#include "yaml/yaml.h"

static const char *const layers[] = {"hardware", "network",     "storage", "compute",
				     "platform", "application", NULL};
static const char *const top_keys[] = {"nodes", "edges", NULL};
static const char *const node_keys[] = {"id", "type", "layer", NULL};
static const char *const edge_keys[] = {"from", "to", "type", NULL};

static int required_text(const struct yaml_node *map, const char *key, struct span *out,
			 struct err *e)
{
	const struct yaml_node *n = yaml_get(map, key);

	if (!n)
		return err_set_at(e, EX_BADCONFIG, map->line, map->col, "'%s' is missing", key);
	if (yaml_text(n, out, e) != 0)
		return -1;
	return out->len ? 0 : err_set_at(e, EX_BADCONFIG, n->line, n->col, "'%s' is empty", key);
}

const char *topology_known_layer(struct span text)
{
	for (size_t i = 0; layers[i]; i++)
		if (span_is(text, layers[i]))
			return layers[i];
	return NULL;
}

static int read_layer(const struct yaml_node *n, const char **out, struct err *e)
{
	struct span text = SPAN_NONE;

	if (yaml_text(n, &text, e) != 0)
		return -1;
	if (!n)
		return 0;
	*out = topology_known_layer(text);
	if (!*out)
		return err_set_at(
			e, EX_BADCONFIG, n->line, n->col,
			"layer '%.*s' is not one of hardware, network, storage, compute, platform, application",
			(int)(text.len > 60 ? 60 : text.len), text.data);
	return 0;
}

static int read_node(struct topology *t, const struct yaml_node *n, struct err *e)
{
	struct span id, type = SPAN_NONE;
	const char *layer = NULL;
	struct topo_node *node;

	if (yaml_expect(n, YAML_MAP, e) != 0 || yaml_check_keys(n, node_keys, e) != 0 ||
	    required_text(n, "id", &id, e) != 0 || yaml_text(yaml_get(n, "type"), &type, e) != 0 ||
	    read_layer(yaml_get(n, "layer"), &layer, e) != 0)
		return -1;
	node = topology_add_node(t, id);
	if (!node)
		return err_set_at(e, EX_BADCONFIG, n->line, n->col,
				  "node '%.*s' stands here for the second time",
				  (int)(id.len > 200 ? 200 : id.len), id.data);
	node->layer = layer;
	return 0;
}

static int end_of_edge(const struct topology *t, const struct yaml_node *edge, const char *key,
		       int *out, struct err *e)
{
	const struct yaml_node *n = yaml_get(edge, key);
	const struct map_entry *en;
	struct span id;

	if (required_text(edge, key, &id, e) != 0)
		return -1;
	en = map_get(&t->ids, id);
	if (!en)
		return err_set_at(e, EX_BADCONFIG, n->line, n->col, "'%.*s' is not among the nodes",
				  (int)(id.len > 200 ? 200 : id.len), id.data);
	*out = (int)en->value.num;
	return 0;
}

static int read_edge(const struct topology *t, const struct yaml_node *n, struct edge *out,
		     struct err *e)
{
	struct span type = SPAN_NONE;

	if (yaml_expect(n, YAML_MAP, e) != 0 || yaml_check_keys(n, edge_keys, e) != 0 ||
	    end_of_edge(t, n, "from", &out->from, e) != 0 ||
	    end_of_edge(t, n, "to", &out->to, e) != 0 ||
	    yaml_text(yaml_get(n, "type"), &type, e) != 0)
		return -1;
	out->instance_of = span_is(type, "instance_of");
	return 0;
}

/* The place of a node, with the way there made short (union-find). */
static int find_place(struct topology *t, int node)
{
	while (t->nodes[node].place != node) {
		t->nodes[node].place = t->nodes[t->nodes[node].place].place;
		node = t->nodes[node].place;
	}
	return node;
}

static void add_near(struct topology *t, int at, int other, bool depends)
{
	struct topo_place *p = &t->places[at];

	mem_grow(p->near, p->cap, p->n + 1);
	p->near[p->n++] = (struct topo_near){other, depends};
}

static int by_place(const void *a, const void *b)
{
	const struct topo_near *x = a, *y = b;

	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return (int)y->depends - (int)x->depends; /* the one that depends first */
}

/* One entry for each neighbour; it depends if any edge says so. */
static void tidy_place(struct topo_place *p)
{
	size_t kept = 0;

	if (p->n == 0)
		return;
	qsort(p->near, p->n, sizeof *p->near, by_place);
	for (size_t i = 0; i < p->n; i++)
		if (kept == 0 || p->near[kept - 1].place != p->near[i].place)
			p->near[kept++] = p->near[i];
	p->n = kept;
}

/* The nodes' own edges, sorted by node (by counting). */
static void link_nodes(struct topology *t, const struct edge *edges, size_t n)
{
	size_t sum = 0;

	t->deps = mem_array(NULL, n, sizeof *t->deps);
	for (size_t i = 0; i < n; i++) {
		struct topo_node *from = &t->nodes[edges[i].from];

		if (!edges[i].instance_of) {
			from->deps++;
			t->nodes[edges[i].to].users++;
		} else if (from->parent < 0 && edges[i].from != edges[i].to) {
			from->parent = edges[i].to;
			t->nodes[edges[i].to].instances++;
		}
	}
	for (size_t i = 0; i <= t->n_nodes; i++) {
		sum += t->nodes[i].deps;
		t->nodes[i].deps = sum; /* its end: counted down to its start below */
	}
	for (size_t i = n; i-- > 0;)
		if (!edges[i].instance_of)
			t->deps[--t->nodes[edges[i].from].deps] = edges[i].to;
}

void topology_connect(struct topology *t, struct edge *edges, size_t n)
{
	t->edges = edges;
	t->n_edges = n;
	link_nodes(t, edges, n);
	/* an instance becomes part of its service; a node is joined to the first
	 * thing that it is an instance of, so the service gives the place its name */
	for (size_t i = 0; i < n; i++) {
		int from = find_place(t, edges[i].from), to = find_place(t, edges[i].to);

		if (edges[i].instance_of && from != to)
			t->nodes[from].place = to;
	}
	for (size_t i = 0; i < t->n_nodes; i++) {
		int at = find_place(t, (int)i);

		t->nodes[i].place = at;
		t->places[at].name = t->nodes[at].id;
	}
	for (size_t i = 0; i < n; i++) {
		int from = t->nodes[edges[i].from].place, to = t->nodes[edges[i].to].place;

		if (from == to)
			continue;
		add_near(t, from, to, true);
		add_near(t, to, from, false);
	}
	for (size_t i = 0; i < t->n_nodes; i++)
		tidy_place(&t->places[i]);
}

static int read_edges(struct topology *t, const struct yaml_node *list, struct err *e)
{
	struct edge *edges = mem_array(NULL, list ? list->n : 0, sizeof *edges);
	size_t n = list ? list->n : 0;

	for (size_t i = 0; i < n; i++)
		if (read_edge(t, list->items[i], &edges[i], e) != 0) {
			free(edges);
			return -1;
		}
	topology_connect(t, edges, n);
	return 0;
}

/* NULL with e set. */
static struct topology *read_document(const struct yaml_node *root, struct err *e)
{
	struct topology *t;
	const struct yaml_node *nodes = yaml_get(root, "nodes"), *edges = yaml_get(root, "edges");

	if (yaml_expect(root, YAML_MAP, e) != 0 || yaml_check_keys(root, top_keys, e) != 0)
		return NULL;
	if (!nodes) {
		err_set_at(e, EX_BADCONFIG, root->line, root->col, "'nodes' is missing");
		return NULL;
	}
	if (yaml_expect(nodes, YAML_LIST, e) != 0 ||
	    (edges && yaml_expect(edges, YAML_LIST, e) != 0))
		return NULL;
	t = topology_new(nodes->n);
	for (size_t i = 0; i < nodes->n; i++)
		if (read_node(t, nodes->items[i], e) != 0)
			goto failed;
	if (read_edges(t, edges, e) == 0)
		return t;
failed:
	topology_free(t);
	return NULL;
}

struct topology *topology_new(size_t max_nodes)
{
	struct topology *t = mem_zalloc(sizeof *t);

	map_init(&t->ids);
	t->nodes = mem_zalloc((max_nodes + 1) * sizeof *t->nodes);
	t->places = mem_zalloc((max_nodes + 1) * sizeof *t->places);
	return t;
}

struct topo_node *topology_add_node(struct topology *t, struct span id)
{
	bool added;
	struct map_entry *en = map_put(&t->ids, id, &added);
	struct topo_node *node = &t->nodes[t->n_nodes];

	if (!added)
		return NULL;
	en->value.num = (int64_t)t->n_nodes;
	node->id = span_of(en->key, en->key_len);
	node->parent = -1;
	node->place = (int)t->n_nodes++;
	return node;
}

static struct topology *build(struct yaml *y, struct err *e)
{
	struct topology *t = y ? read_document(yaml_root(y), e) : NULL;

	yaml_free(y);
	return t;
}

struct topology *topology_load(const char *path, struct err *e)
{
	struct stat st;

	if (stat(path, &st) == 0 && st.st_size > (off_t)YAML_MAX_BYTES)
		return topology_load_json(path, e);
	return build(yaml_load(path, e), e);
}

struct topology *topology_parse(struct span text, struct err *e)
{
	return build(yaml_parse(text, e), e);
}

void topology_free(struct topology *t)
{
	if (!t)
		return;
	for (size_t i = 0; t->places && i < t->n_nodes; i++)
		free(t->places[i].near);
	free(t->places);
	free(t->nodes);
	free(t->deps);
	free(t->edges);
	map_release(&t->ids);
	free(t);
}

static const struct topo_node *node_of(const struct topology *t, struct span id)
{
	const struct map_entry *en = t && id.len ? map_get(&t->ids, id) : NULL;

	return en ? &t->nodes[en->value.num] : NULL;
}

/* "10.0.0.1:9100" without ":9100"; SPAN_NONE if there is no port. */
static struct span without_port(struct span s)
{
	size_t n = s.len;

	while (n > 0 && s.data[n - 1] >= '0' && s.data[n - 1] <= '9')
		n--;
	return n > 1 && n < s.len && s.data[n - 1] == ':' ? span_of(s.data, n - 1) : SPAN_NONE;
}

int topology_node(const struct topology *t, struct span component, struct span service,
		  struct span host)
{
	const struct topo_node *n = node_of(t, component);

	if (!n)
		n = node_of(t, without_port(component));
	if (!n)
		n = node_of(t, service);
	if (!n)
		n = node_of(t, host);
	return n ? (int)(n - t->nodes) : -1;
}

int topology_place(const struct topology *t, struct span component, struct span service,
		   struct span host)
{
	int node = topology_node(t, component, service, host);

	return node >= 0 ? t->nodes[node].place : -1;
}

const int *topology_deps(const struct topology *t, int node, size_t *n)
{
	*n = t->nodes[node + 1].deps - t->nodes[node].deps;
	return *n ? t->deps + t->nodes[node].deps : NULL;
}

int topology_layer_rank(struct span layer)
{
	for (int i = 0; layers[i]; i++)
		if (span_is(layer, layers[i]))
			return i;
	return -1;
}

struct span topology_layer(const struct topology *t, struct span id)
{
	const struct topo_node *n = node_of(t, id);

	return n ? span_cstr(n->layer) : SPAN_NONE;
}

bool topology_depends(const struct topology *t, int a, int b)
{
	if (!t || a < 0 || b < 0)
		return false;
	for (size_t i = 0; i < t->places[a].n; i++)
		if (t->places[a].near[i].place == b)
			return t->places[a].near[i].depends;
	return false;
}
