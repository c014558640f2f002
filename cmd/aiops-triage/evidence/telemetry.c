/*
 * What goes by around incidents.
 */
#include "aiops-triage/evidence/telemetry.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"

void telemetry_init(struct telemetry *t, const struct telemetry_limits *limits)
{
	context_init(&t->context, limits->context_records, limits->context_bytes);
	kinds_init(&t->kinds);
	series_store_init(&t->series, &t->kinds, limits->metric_bytes);
	log_rates_init(&t->logs, limits->metric_bytes);
	span_store_init(&t->spans, limits->metric_bytes);
	graph_init(&t->graph);
}

void telemetry_release(struct telemetry *t)
{
	context_release(&t->context);
	series_store_release(&t->series);
	log_rates_release(&t->logs);
	span_store_release(&t->spans);
	graph_release(&t->graph);
	kinds_release(&t->kinds);
}

void telemetry_add(struct telemetry *t, const struct record *r)
{
	switch (record_kind(r)) {
	case KIND_METRIC:
		series_add(&t->series, r);
		break;
	case KIND_LOG:
		log_rates_add(&t->logs, r);
		break;
	case KIND_TRACE:
		span_store_add(&t->spans, r);
		return;
	case KIND_TOPOLOGY:
		graph_add_record(&t->graph, r);
		return;
	default:
		break;
	}
	context_add(&t->context, r);
}

/* ---- calls ---- */

static struct span span_key(struct buf *b, struct span trace, struct span id)
{
	buf_clear(b);
	buf_add_span(b, trace);
	buf_add_char(b, '/');
	buf_add_span(b, id);
	return buf_span(b);
}

size_t *telemetry_parents(const struct telemetry *t)
{
	size_t n = t->spans.n, *out = mem_array(NULL, n ? n : 1, sizeof *out);
	struct buf key = BUF_INIT(64u << 10);
	const struct trace_span *s;
	struct map by_id;

	map_init(&by_id);
	for (size_t i = 0; (s = span_store_at(&t->spans, i)); i++)
		map_put(&by_id, span_key(&key, s->trace, s->id), NULL)->value.num = (int64_t)i;
	for (size_t i = 0; (s = span_store_at(&t->spans, i)); i++) {
		const struct map_entry *entry =
			s->parent.len ? map_get(&by_id, span_key(&key, s->trace, s->parent)) : NULL;

		out[i] = entry && (size_t)entry->value.num != i ? (size_t)entry->value.num
								: SIZE_MAX;
	}
	map_release(&by_id);
	buf_release(&key);
	return out;
}

static struct span place_of(const struct trace_span *s)
{
	return s->service.len ? s->service : s->component;
}

void telemetry_link_calls(struct telemetry *t, const size_t *parents)
{
	const struct trace_span *s;

	for (struct series *m = series_next(&t->series, NULL); m; m = series_next(&t->series, m))
		if (m->call.callee.len)
			graph_link(&t->graph, m->call.caller, m->call.callee, false);
	for (size_t i = 0; (s = span_store_at(&t->spans, i)); i++) {
		const struct trace_span *parent =
			parents[i] == SIZE_MAX ? NULL : span_store_at(&t->spans, parents[i]);

		if (parent && place_of(parent).len && place_of(s).len &&
		    !span_eq(place_of(parent), place_of(s)))
			graph_link(&t->graph, place_of(parent), place_of(s), false);
	}
}

/* ---- reach ---- */

struct reach {
	const struct graph *graph;
	bool *seen;
	int *queue;
	size_t n;
};

static void visit(struct reach *r, int node)
{
	if (node < 0 || r->seen[node])
		return;
	r->seen[node] = true;
	r->queue[r->n++] = node;
}

/* What is an instance of something seen is seen, too: the service's own nodes are its replicas. */
static bool visit_instances(struct reach *r)
{
	size_t before = r->n;

	for (size_t i = 0; i < r->graph->n; i++)
		if (r->graph->nodes[i].parent >= 0 && r->seen[r->graph->nodes[i].parent])
			visit(r, (int)i);
	return r->n > before;
}

bool *telemetry_reach(const struct telemetry *t, const struct incident *inc)
{
	const struct graph *g = &t->graph;
	struct reach r = {.graph = g,
			  .seen = mem_zalloc(g->n + 1),
			  .queue = mem_array(NULL, g->n + 1, sizeof *r.queue)};
	bool *out = r.seen;
	size_t at = 0;

	for (const struct map_entry *en = map_next(&inc->places, NULL); en;
	     en = map_next(&inc->places, en))
		visit(&r, graph_find(g, span_of(en->key, en->key_len)));
	if (!r.n) {
		free(r.seen);
		out = NULL;
	}
	while (r.n) {
		for (; at < r.n; at++) {
			const struct graph_node *node = &g->nodes[r.queue[at]];

			visit(&r, node->parent);
			for (size_t i = 0; i < node->n_deps; i++)
				visit(&r, node->deps[i]);
		}
		if (!visit_instances(&r))
			break;
	}
	free(r.queue);
	return out;
}
