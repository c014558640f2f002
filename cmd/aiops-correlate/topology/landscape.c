#include "aiops-correlate/topology/landscape.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aiops-correlate/topology/topology_impl.h"
#include "base/mem.h"

enum {
	KEY_MAX = 1 << 21,
	STEPS = 64, /* into so many the age is cut: what leaves, leaves together */
	SHOWN = 80,
};

void landscape_init(struct landscape *l, const struct topology *fixed, int64_t age_ns)
{
	*l = (struct landscape){.fixed = fixed,
				.max_nodes = LAND_MAX_NODES,
				.max_edges = LAND_MAX_EDGES,
				.age_ns = age_ns,
				.due_ns = INT64_MAX};
	map_init(&l->nodes);
	map_init(&l->edges);
}

static void release_items(struct map *m)
{
	for (struct map_entry *it = map_next(m, NULL); it; it = map_next(m, it))
		free(it->value.ptr);
	map_release(m);
}

void landscape_release(struct landscape *l)
{
	topology_free(l->built);
	l->built = NULL;
	release_items(&l->nodes);
	release_items(&l->edges);
}

__attribute__((format(printf, 3, 4))) static void
note_trouble(struct landscape *l, enum land_trouble what, const char *fmt, ...)
{
	va_list ap;

	if (l->trouble[what]++ > 0)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(l->first[what], sizeof l->first[what], fmt, ap);
	va_end(ap);
}

/* ---- learning ---- */

/* When what was seen last at seen_ns is too old: rounded up, so that much leaves at once. */
static int64_t leaves_ns(const struct landscape *l, int64_t seen_ns)
{
	int64_t step = l->age_ns / STEPS + 1, at, over;

	if (l->age_ns == 0 || seen_ns > INT64_MAX - l->age_ns - step)
		return INT64_MAX;
	at = seen_ns + l->age_ns;
	over = at % step;
	return over > 0 ? at - over + step : at - over;
}

static void watch(struct landscape *l, int64_t seen_ns)
{
	int64_t at = leaves_ns(l, seen_ns);

	if (at < l->due_ns)
		l->due_ns = at;
}

/* The entry of key, seen at at_ns; NULL if there is no room. */
static struct land_item *see(struct landscape *l, struct map *m, size_t max, struct span key,
			     int64_t at_ns)
{
	struct map_entry *it = map_get(m, key);
	struct land_item *item;

	if (!it && m->live >= max)
		return NULL;
	if (!it) {
		item = mem_alloc(sizeof *item);
		*item = (struct land_item){.seen_ns = at_ns, .said_ns = INT64_MIN};
		map_put(m, key, NULL)->value.ptr = item;
		l->stale = true;
	} else {
		item = it->value.ptr;
		if (at_ns > item->seen_ns)
			item->seen_ns = at_ns;
	}
	watch(l, item->seen_ns);
	return item;
}

static void two_layers(struct landscape *l, const char *id, const char *layer, const char *stays,
		       const char *why)
{
	note_trouble(l, LAND_LAYERS, "node '%.*s' is %s, and %s %s", SHOWN, id, layer, stays, why);
}

static void learn_layer(struct landscape *l, struct land_item *item, const struct fact_node *n,
			int64_t at_ns)
{
	if (!n->layer)
		return;
	if (item->layer && item->layer != n->layer)
		two_layers(l, n->id, n->layer, item->layer,
			   "in another record: the later one holds");
	if (at_ns < item->said_ns)
		return;
	item->said_ns = at_ns;
	if (item->layer != n->layer)
		l->stale = true;
	item->layer = n->layer;
}

static void learn_node(struct landscape *l, const struct fact_node *n, int64_t at_ns)
{
	const struct map_entry *known = l->fixed ? map_get(&l->fixed->ids, span_cstr(n->id)) : NULL;
	const char *layer = known ? l->fixed->nodes[known->value.num].layer : NULL;
	struct land_item *item;

	if (known) {
		if (n->layer && layer && n->layer != layer)
			two_layers(l, n->id, n->layer, layer, "in the file, which holds");
		return;
	}
	item = see(l, &l->nodes, l->max_nodes, span_cstr(n->id), at_ns);
	if (item)
		learn_layer(l, item, n, at_ns);
	else
		note_trouble(l, LAND_FULL, "more than %zu nodes: '%.*s' is left out", l->max_nodes,
			     SHOWN, n->id);
}

static bool is_node(const struct landscape *l, struct span id)
{
	return (l->fixed && map_get(&l->fixed->ids, id)) || map_get(&l->nodes, id);
}

/* 'i' (instance_of) or 'd' (any other), from, NUL, to. */
static void edge_key(struct buf *out, bool instance_of, struct span from, struct span to)
{
	buf_add_char(out, instance_of ? 'i' : 'd');
	buf_add_span(out, from);
	buf_add_char(out, '\0');
	buf_add_span(out, to);
}

/* An edge may come before its nodes: it waits for them. */
static void learn_edge(struct landscape *l, const struct fact_edge *edge, int64_t at_ns)
{
	struct buf key = BUF_INIT(KEY_MAX);
	bool knows_from = is_node(l, span_cstr(edge->from));

	if (!knows_from || !is_node(l, span_cstr(edge->to)))
		note_trouble(l, LAND_UNKNOWN_NODE,
			     "an edge from '%.*s' to '%.*s': '%.*s' is not among the nodes", SHOWN,
			     edge->from, SHOWN, edge->to, SHOWN,
			     knows_from ? edge->to : edge->from);
	edge_key(&key, edge->instance_of, span_cstr(edge->from), span_cstr(edge->to));
	if (!see(l, &l->edges, l->max_edges, buf_span(&key), at_ns))
		note_trouble(l, LAND_FULL,
			     "more than %zu edges: the one from '%.*s' to '%.*s' is left out",
			     l->max_edges, SHOWN, edge->from, SHOWN, edge->to);
	buf_release(&key);
}

void landscape_learn(struct landscape *l, const struct fact *f)
{
	for (size_t i = 0; i < f->n_nodes; i++)
		learn_node(l, &f->nodes[i], f->at_ns);
	for (size_t i = 0; i < f->n_edges; i++)
		learn_edge(l, &f->edges[i], f->at_ns);
}

/* ---- ageing ---- */

static void age_items(struct landscape *l, struct map *m, int64_t at_ns)
{
	struct span *old = mem_array(NULL, m->live, sizeof *old);
	size_t n = 0;

	for (struct map_entry *it = map_next(m, NULL); it; it = map_next(m, it)) {
		const struct land_item *item = it->value.ptr;

		if (leaves_ns(l, item->seen_ns) <= at_ns)
			old[n++] = span_of(mem_dup(it->key, it->key_len), it->key_len);
		else
			watch(l, item->seen_ns);
	}
	l->stale |= n > 0;
	for (size_t i = 0; i < n; i++) {
		free(map_get(m, old[i])->value.ptr);
		map_remove(m, old[i]);
		free((void *)(uintptr_t)old[i].data);
	}
	free(old);
}

void landscape_age(struct landscape *l, int64_t at_ns)
{
	l->due_ns = INT64_MAX;
	age_items(l, &l->nodes, at_ns);
	age_items(l, &l->edges, at_ns);
}

/* ---- building ---- */

static int by_key(const void *a, const void *b)
{
	const struct map_entry *x = *(struct map_entry *const *)a,
			       *y = *(struct map_entry *const *)b;

	return span_cmp(span_of(x->key, x->key_len), span_of(y->key, y->key_len));
}

/* In an order that does not depend on what came first. The caller frees. */
static struct map_entry **in_order(const struct map *m)
{
	struct map_entry **list = mem_array(NULL, m->live, sizeof *list);
	size_t n = 0;

	for (struct map_entry *it = map_next(m, NULL); it; it = map_next(m, it))
		list[n++] = it;
	if (n)
		qsort(list, n, sizeof *list, by_key);
	return list;
}

static void build_nodes(const struct landscape *l, struct topology *t)
{
	struct map_entry **list = in_order(&l->nodes);

	for (size_t i = 0; l->fixed && i < l->fixed->n_nodes; i++)
		topology_add_node(t, l->fixed->nodes[i].id)->layer = l->fixed->nodes[i].layer;
	for (size_t i = 0; i < l->nodes.live; i++) {
		struct topo_node *n = topology_add_node(t, span_of(list[i]->key, list[i]->key_len));

		if (n) /* else the file has it by now */
			n->layer = ((struct land_item *)list[i]->value.ptr)->layer;
	}
	free(list);
}

bool land_edge_parts(struct span key, bool *instance_of, struct span *from, struct span *to)
{
	const char *mid = key.len > 2 ? memchr(key.data + 1, '\0', key.len - 1) : NULL;

	if (!mid || (key.data[0] != 'i' && key.data[0] != 'd'))
		return false;
	*instance_of = key.data[0] == 'i';
	*from = span_of(key.data + 1, (size_t)(mid - key.data) - 1);
	*to = span_of(mid + 1, key.len - (size_t)(mid - key.data) - 1);
	return from->len > 0 && to->len > 0;
}

static void build_edges(const struct landscape *l, struct topology *t)
{
	size_t n = l->fixed ? l->fixed->n_edges : 0;
	struct edge *edges = mem_array(NULL, n + l->edges.live, sizeof *edges);
	struct map_entry **list = in_order(&l->edges);

	for (size_t i = 0; i < n; i++)
		edges[i] = l->fixed->edges[i]; /* its nodes come first, under the same numbers */
	for (size_t i = 0; i < l->edges.live; i++) {
		const struct map_entry *a, *b;
		struct span from, to;
		bool instance_of;

		if (!land_edge_parts(span_of(list[i]->key, list[i]->key_len), &instance_of, &from,
				     &to))
			continue;
		a = map_get(&t->ids, from);
		b = map_get(&t->ids, to);
		if (a && b)
			edges[n++] =
				(struct edge){(int)a->value.num, (int)b->value.num, instance_of};
	}
	topology_connect(t, edges, n);
	free(list);
}

const struct topology *landscape_build(struct landscape *l, struct topology **old)
{
	*old = l->built;
	l->built = NULL;
	l->stale = false;
	if (l->nodes.live == 0 && l->edges.live == 0)
		return l->fixed;
	l->built = topology_new((l->fixed ? l->fixed->n_nodes : 0) + l->nodes.live);
	build_nodes(l, l->built);
	build_edges(l, l->built);
	return l->built;
}

/* ---- from a state ---- */

static void restore(struct landscape *l, struct map *m, struct span key, struct land_item item)
{
	bool added;
	struct map_entry *it = map_put(m, key, &added);

	if (added)
		it->value.ptr = mem_alloc(sizeof item);
	*(struct land_item *)it->value.ptr = item;
	watch(l, item.seen_ns);
	l->stale = true;
}

void landscape_restore_node(struct landscape *l, struct span id, struct land_item item)
{
	restore(l, &l->nodes, id, item);
}

void landscape_restore_edge(struct landscape *l, bool instance_of, struct span from, struct span to,
			    struct land_item item)
{
	struct buf key = BUF_INIT(KEY_MAX);

	edge_key(&key, instance_of, from, to);
	restore(l, &l->edges, buf_span(&key), item);
	buf_release(&key);
}
