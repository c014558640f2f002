#include "aiops-correlate/topology/fact_read.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "aiops-correlate/read.h"
#include "aiops-correlate/topology/topology_impl.h"
#include "base/instant.h"
#include "base/mem.h"
#include "record/event.h"

enum { PATH_KIND = 0 }; /* in report_paths */
enum { WHAT_MAX = 400, SHOWN = 100 };

bool fact_kind_of(const struct record *r, enum fact_kind *out)
{
	struct span kind = record_field_text(r, report_paths, PATH_KIND);

	if (span_is(kind, "topology"))
		*out = FACT_TOPOLOGY;
	else if (span_is(kind, "change"))
		*out = FACT_CHANGE;
	else
		return false;
	return true;
}

static int shown(struct span s)
{
	return (int)(s.len > SHOWN ? SHOWN : s.len);
}

__attribute__((format(printf, 2, 3))) static void flaw(struct fact_flaws *flaws, const char *fmt,
						       ...)
{
	va_list ap;

	if (flaws->n++ > 0)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(flaws->first, sizeof flaws->first, fmt, ap);
	va_end(ap);
}

static struct span text_member(struct value object, const char *key)
{
	struct value v = value_member(object, span_cstr(key));

	return v.type == VALUE_STRING ? v.text : SPAN_NONE;
}

/* ---- topology ---- */

static void read_node(struct fact *f, struct value v, size_t at, struct fact_flaws *flaws)
{
	struct span id = text_member(v, "id"), layer = text_member(v, "layer");
	const char *known = layer.len ? topology_known_layer(layer) : NULL;

	if (id.len == 0) {
		flaw(flaws, "nodes[%zu] has no id", at);
		return;
	}
	if (layer.len && !known)
		flaw(flaws,
		     "node '%.*s': layer '%.*s' is not one of hardware, network, storage, compute, "
		     "platform, application",
		     shown(id), id.data, shown(layer), layer.data);
	fact_add_node(f, id, known);
}

static void read_edge(struct fact *f, struct value v, size_t at, struct fact_flaws *flaws)
{
	struct span from = text_member(v, "from"), to = text_member(v, "to");

	if (from.len == 0 || to.len == 0)
		flaw(flaws, "edges[%zu] has no %s", at, from.len ? "to" : "from");
	else if (span_eq(from, to))
		flaw(flaws, "edges[%zu] leads from '%.*s' to itself", at, shown(from), from.data);
	else
		fact_add_edge(f, from, to, span_is(text_member(v, "type"), "instance_of"));
}

/* How many elements the list has; -1 if it is something else. One that is not there has none. */
static int count(struct value list, const char *key, size_t *n, struct err *e)
{
	struct value_iter it = value_iter(list);
	struct value v;

	*n = 0;
	if (list.type == VALUE_NONE || list.type == VALUE_NULL)
		return 0;
	if (list.type != VALUE_ARRAY)
		return err_set(e, EX_BADDATA, "%s: no list", key);
	while (value_next(&it, NULL, &v))
		++*n;
	return 0;
}

static int read_topology(struct fact *f, const struct record *r, struct fact_flaws *flaws,
			 struct err *e)
{
	struct value nodes = record_get(r, "nodes"), edges = record_get(r, "edges"), v;
	struct value_iter it;
	size_t n_nodes, n_edges;

	if (count(nodes, "nodes", &n_nodes, e) != 0 || count(edges, "edges", &n_edges, e) != 0)
		return -1;
	if (n_nodes + n_edges == 0)
		return err_set(e, EX_BADDATA, "neither nodes nor edges");
	f->nodes = mem_array(NULL, n_nodes, sizeof *f->nodes);
	f->edges = mem_array(NULL, n_edges, sizeof *f->edges);
	it = value_iter(nodes);
	for (size_t i = 0; i < n_nodes && value_next(&it, NULL, &v); i++)
		read_node(f, v, i, flaws);
	it = value_iter(edges);
	for (size_t i = 0; i < n_edges && value_next(&it, NULL, &v); i++)
		read_edge(f, v, i, flaws);
	return 0;
}

/* ---- changes ---- */

static void add_words(struct buf *out, const char *before, struct span text)
{
	if (text.len == 0)
		return;
	if (out->len)
		buf_add_cstr(out, before);
	buf_add(out, text.data, text.len > SHOWN ? SHOWN : text.len);
}

/* "deploy 1.4.1 to 1.4.2 by ci"; without any of these the title. */
static void read_what(struct fact *f, const struct record *r)
{
	struct buf what = BUF_INIT(4 * WHAT_MAX);
	struct span type = record_text(r, "change.type"), from = record_text(r, "change.from"),
		    to = record_text(r, "change.to");

	if (!type.len)
		type = record_text(r, "name");
	if (!type.len && !to.len)
		type = record_text(r, "title");
	add_words(&what, "", type.len ? type : SPAN("change"));
	add_words(&what, " ", from);
	add_words(&what, from.len ? " to " : " ", to);
	add_words(&what, " by ", record_text(r, "change.by"));
	fact_set_text(f, &f->what, buf_span(&what));
	buf_release(&what);
}

/* The field, else the label of that name. */
static struct span place_text(const struct record *r, const char *field, const char *label)
{
	struct span text = record_text(r, field);

	return text.len ? text : record_text(r, label);
}

static void read_change(struct fact *f, const struct record *r)
{
	read_what(f, r);
	fact_set_text(f, &f->component, place_text(r, "component", "labels.component"));
	fact_set_text(f, &f->service, place_text(r, "service", "labels.service"));
	fact_set_text(f, &f->host, place_text(r, "host", "labels.host"));
}

struct fact *fact_read(const struct record *r, enum fact_kind kind, struct fact_flaws *flaws,
		       struct err *e)
{
	struct span id = record_text(r, "id");
	struct instant at;
	struct fact *f;

	*flaws = (struct fact_flaws){0};
	if (id.len == 0) {
		(void)err_set(e, EX_BADDATA, "id: missing, empty or no string");
		return NULL;
	}
	if (record_timestamp(r, &at, e) != 0)
		return NULL;
	f = mem_zalloc(sizeof *f);
	f->kind = kind;
	f->at_ns = at.ns;
	f->bytes = sizeof *f;
	fact_set_text(f, &f->id, id);
	if (kind == FACT_CHANGE) {
		read_change(f, r);
	} else if (read_topology(f, r, flaws, e) != 0) {
		fact_free(f);
		return NULL;
	}
	return f;
}
