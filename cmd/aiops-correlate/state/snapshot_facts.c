/*
 * The sections of what the stream said beside alerts: the topology, changes, and
 * records of both that wait for their turn.
 */
#include <stdlib.h>
#include <string.h>

#include "aiops-correlate/state/snapshot_impl.h"
#include "aiops-correlate/topology/facts.h"
#include "aiops-correlate/topology/topology_impl.h"
#include "base/mem.h"

/* ---- the topology: "node" and "edge" rows, and "landscape" when all of them are there ---- */

static void save_node(struct save *s, struct span id, const struct land_item *item)
{
	save_row(s, "node");
	jsonw_string(&s->w, id);
	jsonw_cstr(&s->w, item->layer ? item->layer : "");
	jsonw_i64(&s->w, item->seen_ns);
	jsonw_i64(&s->w, item->said_ns);
	save_row_end(s);
}

static void save_edge(struct save *s, struct span key, const struct land_item *item)
{
	bool instance_of;
	struct span from, to;

	if (!land_edge_parts(key, &instance_of, &from, &to))
		return;
	save_row(s, "edge");
	jsonw_i64(&s->w, instance_of);
	jsonw_string(&s->w, from);
	jsonw_string(&s->w, to);
	jsonw_i64(&s->w, item->seen_ns);
	save_row_end(s);
}

void save_landscape_rows(struct save *s)
{
	const struct landscape *land = &s->en->land;

	if (land->nodes.live == 0 && land->edges.live == 0)
		return;
	for (struct map_entry *it = map_next(&land->nodes, NULL); it;
	     it = map_next(&land->nodes, it))
		save_node(s, span_of(it->key, it->key_len), it->value.ptr);
	for (struct map_entry *it = map_next(&land->edges, NULL); it;
	     it = map_next(&land->edges, it))
		save_edge(s, span_of(it->key, it->key_len), it->value.ptr);
	save_row(s, "landscape");
	save_row_end(s);
}

int load_node(struct load *l, struct row *r)
{
	struct span id = row_text(r), layer = row_text(r);
	struct land_item item = {.layer = topology_known_layer(layer)};

	item.seen_ns = row_any(r);
	item.said_ns = row_any(r);
	if (row_end(r, "node") != 0)
		return -1;
	if (id.len == 0 || (layer.len && !item.layer) || l->en->land.nodes.live >= LAND_MAX_NODES)
		return load_damaged(l, "node");
	landscape_restore_node(&l->en->land, id, item);
	return 0;
}

int load_edge(struct load *l, struct row *r)
{
	bool instance_of = row_bool(r);
	struct span from = row_text(r), to = row_text(r);
	struct land_item item = {.seen_ns = row_any(r)};

	if (row_end(r, "edge") != 0)
		return -1;
	if (from.len == 0 || to.len == 0 || l->en->land.edges.live >= LAND_MAX_EDGES)
		return load_damaged(l, "edge");
	landscape_restore_edge(&l->en->land, instance_of, from, to, item);
	return 0;
}

/* From here on rows may refer to places. */
int load_landscape(struct load *l, struct row *r)
{
	facts_enforce(l->en);
	return row_end(r, "landscape");
}

/* ---- changes: those of the last while, and those that are an incident's context ---- */

static void save_change(struct save *s, const char *section, const struct site_change *c)
{
	save_row(s, section);
	jsonw_i64(&s->w, c->at_ns);
	jsonw_cstr(&s->w, c->id);
	jsonw_cstr(&s->w, c->what);
	save_word(s, c->component);
	save_word(s, c->service);
	save_word(s, c->host);
	save_row_end(s);
}

void save_change_rows(struct save *s)
{
	for (size_t i = 0; i < s->en->changes.n; i++)
		save_change(s, "change", &s->en->changes.items[i]);
}

void save_context_rows(struct save *s, const struct group *g)
{
	for (size_t i = 0; i < g->n_changes; i++)
		save_change(s, "context", &g->changes[i]);
}

/* The change of a row; owned by the caller, also if the row is bad. */
static struct site_change read_change(struct row *r)
{
	struct site_change c = {.at_ns = row_any(r)};
	struct span id = row_text(r), what = row_text(r);
	struct engine *en = r->l->en;

	r->bad |= id.len == 0;
	c.id = mem_dup(id.data, id.len);
	c.what = mem_dup(what.data, what.len);
	c.component = row_word(r);
	c.service = row_word(r);
	c.host = row_word(r);
	c.place = topology_place(en->topo, word_span(c.component), word_span(c.service),
				 word_span(c.host));
	return c;
}

int load_change(struct load *l, struct row *r)
{
	struct site_change c = read_change(r);

	if (row_end(r, "change") != 0 || l->en->changes.n >= CHANGES_KEPT) {
		change_release(&c, &l->en->words);
		return load_damaged(l, "change");
	}
	changes_restore(&l->en->changes, c);
	return 0;
}

int load_context(struct load *l, struct row *r)
{
	struct group *g = l->n_groups ? l->groups[l->n_groups - 1] : NULL;
	struct site_change c = read_change(r);
	bool bad = row_end(r, "context") != 0 || !g;

	if (!bad)
		(void)group_add_change(g, &c, &l->en->words);
	change_release(&c, &l->en->words);
	return bad ? load_damaged(l, "context") : 0;
}

/* ---- what waits ---- */

static void save_fact(struct save *s, const struct fact *f)
{
	save_row(s, "fact");
	jsonw_i64(&s->w, (int64_t)f->kind);
	jsonw_i64(&s->w, f->at_ns);
	jsonw_cstr(&s->w, f->id);
	jsonw_string(&s->w, span_cstr(f->what));
	jsonw_string(&s->w, span_cstr(f->component));
	jsonw_string(&s->w, span_cstr(f->service));
	jsonw_string(&s->w, span_cstr(f->host));
	jsonw_array(&s->w);
	for (size_t i = 0; i < f->n_nodes; i++) {
		jsonw_cstr(&s->w, f->nodes[i].id);
		jsonw_cstr(&s->w, f->nodes[i].layer ? f->nodes[i].layer : "");
	}
	jsonw_array_end(&s->w);
	jsonw_array(&s->w);
	for (size_t i = 0; i < f->n_edges; i++) {
		jsonw_cstr(&s->w, f->edges[i].from);
		jsonw_cstr(&s->w, f->edges[i].to);
		jsonw_i64(&s->w, f->edges[i].instance_of);
	}
	jsonw_array_end(&s->w);
	save_row_end(s);
}

void save_fact_rows(struct save *s)
{
	for (size_t i = 0; i < heap_count(&s->en->facts); i++)
		save_fact(s, heap_at(&s->en->facts, i)->ptr);
}

static void read_nodes(struct row *list, struct fact *f)
{
	size_t cap = 0;

	while (row_more(list)) {
		struct span id = row_text(list), layer = row_text(list);

		mem_grow(f->nodes, cap, f->n_nodes + 1);
		list->bad |= id.len == 0;
		fact_add_node(f, id, topology_known_layer(layer));
	}
}

static void read_edges(struct row *list, struct fact *f)
{
	size_t cap = 0;

	while (row_more(list)) {
		struct span from = row_text(list), to = row_text(list);
		bool instance_of = row_bool(list);

		mem_grow(f->edges, cap, f->n_edges + 1);
		list->bad |= from.len == 0 || to.len == 0;
		fact_add_edge(f, from, to, instance_of);
	}
}

static struct fact *read_fact(struct row *r)
{
	struct fact *f = mem_zalloc(sizeof *f);
	char **const texts[] = {&f->what, &f->component, &f->service, &f->host};
	struct row list;
	struct span id;

	f->kind = (enum fact_kind)row_i64(r, FACT_TOPOLOGY, FACT_CHANGE);
	f->at_ns = row_any(r);
	f->bytes = sizeof *f;
	id = row_text(r);
	f->id = mem_dup(id.data, id.len);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		fact_set_text(f, texts[i], row_text(r));
	list = row_list(r);
	read_nodes(&list, f);
	r->bad |= list.bad;
	list = row_list(r);
	read_edges(&list, f);
	r->bad |= list.bad;
	r->bad |= f->kind == FACT_CHANGE && !f->what;
	for (size_t i = 0; i < f->n_nodes; i++)
		r->bad |= !f->nodes[i].id;
	for (size_t i = 0; i < f->n_edges; i++)
		r->bad |= !f->edges[i].from || !f->edges[i].to;
	return f;
}

int load_fact(struct load *l, struct row *r)
{
	struct fact *f = read_fact(r);

	if (row_end(r, "fact") != 0) {
		fact_free(f);
		return -1;
	}
	facts_wait(l->en, f);
	return 0;
}
