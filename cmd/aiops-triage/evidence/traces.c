/*
 * Source: spans. What a component spent itself beside what it waited for, the gap
 * between what a client and its server measured (the network, held against the callee), and
 * errors that do not come from further down.
 *
 *   time     max(0, ln((P90 during + 2 ms) / (P95 before + 2 ms))) of a component's operation
 *   errors   share during less share before, times ERRORS
 */
#include <math.h>
#include <stdlib.h>

#include "aiops-triage/evidence/source.h"
#include "aiops-triage/evidence/survey.h"
#include "aiops-triage/evidence/telemetry.h"
#include "aiops-triage/explain/suspect.h"
#include "base/map.h"
#include "base/mem.h"
#include "stats/quantile.h"
#include "stats/sort.h"

#define SPANS_LEAST 3 /* on each side */
#define BASE_MS     2.0
#define ERRORS      3.0
#define BEFORE_NS   (INT64_C(3600) * NS_PER_S)
#define AFTER_NS    (INT64_C(900) * NS_PER_S)
#define LEAD_NS     (INT64_C(60) * NS_PER_S)
/* Weight, in the order of evidence, for each e-fold. */
#define WEIGHT_TRACE 2.0

struct times {
	double *ms[2]; /* before, during */
	size_t n[2], cap[2];
	size_t errors[2];
	const struct trace_span *slowest, *failed; /* during */
	double slowest_ms;
};

struct trace_work {
	const struct view *view;
	double *children_ms; /* by span: what its children took */
	bool *child_failed;
	struct map groups; /* component and operation to index of items */
	struct times *items;
	struct span *places; /* component and service, two for each */
	size_t n, cap, places_cap;
	struct buf key;
};

static int when(const struct view *v, int64_t at_ns)
{
	int64_t onset = v->incident->starts_ns;

	if (at_ns >= onset - LEAD_NS)
		return at_ns <= onset + AFTER_NS ? 1 : -1;
	return at_ns >= onset - BEFORE_NS ? 0 : -1;
}

static size_t group_of(struct trace_work *w, const struct trace_span *s, const char *what)
{
	struct map_entry *entry;
	bool added;

	buf_clear(&w->key);
	buf_add_span(&w->key, s->component.len ? s->component : s->service);
	buf_add_char(&w->key, '\0');
	buf_add_span(&w->key, s->name);
	buf_add_char(&w->key, '\0');
	buf_add_cstr(&w->key, what);
	entry = map_put(&w->groups, buf_span(&w->key), &added);
	if (added) {
		mem_grow(w->items, w->cap, w->n + 1);
		mem_grow(w->places, w->places_cap, 2 * (w->n + 1));
		w->items[w->n] = (struct times){{NULL, NULL}};
		w->places[2 * w->n] = s->component;
		w->places[2 * w->n + 1] = s->service;
		entry->value.num = (int64_t)w->n++;
	}
	return (size_t)entry->value.num;
}

static void note(struct trace_work *w, const struct trace_span *s, const char *what, double ms,
		 bool failed)
{
	int side = when(w->view, s->at_ns);
	struct times *t;
	size_t group;

	if (side < 0)
		return;
	group = group_of(w, s, what); /* may move the items */
	t = &w->items[group];
	mem_grow(t->ms[side], t->cap[side], t->n[side] + 1);
	t->ms[side][t->n[side]++] = ms;
	t->errors[side] += failed;
	if (side == 1 && (!t->slowest || ms > t->slowest_ms)) {
		t->slowest = s;
		t->slowest_ms = ms;
	}
	if (side == 1 && failed)
		t->failed = s;
}

static void sum_children(struct trace_work *w)
{
	const struct span_store *st = &w->view->telemetry->spans;
	const struct trace_span *s;

	for (size_t i = 0; (s = span_store_at(st, i)); i++) {
		size_t parent = w->view->parents[i];

		if (parent == SIZE_MAX)
			continue;
		w->children_ms[parent] += s->duration_ms;
		w->child_failed[parent] = w->child_failed[parent] || s->error;
	}
}

static void note_all(struct trace_work *w)
{
	const struct span_store *st = &w->view->telemetry->spans;
	const struct trace_span *s;

	for (size_t i = 0; (s = span_store_at(st, i)); i++) {
		size_t parent = w->view->parents[i];
		const struct trace_span *above =
			parent == SIZE_MAX ? NULL : span_store_at(st, parent);

		if (s->side == SPAN_CLIENT && w->children_ms[i] > 0)
			continue; /* its own part is the way, which its server's gap is */
		note(w, s, "self", fmax(0, s->duration_ms - w->children_ms[i]),
		     s->error && !w->child_failed[i]);
		if (above && above->side == SPAN_CLIENT)
			note(w, s, "way", fmax(0, above->duration_ms - s->duration_ms), false);
	}
}

static double judge_times(struct times *t)
{
	double slower, failing;

	if (t->n[0] < SPANS_LEAST || t->n[1] < SPANS_LEAST)
		return 0;
	for (size_t side = 0; side < 2; side++)
		sort_doubles(t->ms[side], t->n[side]);
	slower = log((quantile_sorted(t->ms[1], t->n[1], 0.90) + BASE_MS) /
		     (quantile_sorted(t->ms[0], t->n[0], 0.95) + BASE_MS));
	failing = (double)t->errors[1] / (double)t->n[1] - (double)t->errors[0] / (double)t->n[0];
	return fmax(0, slower) + ERRORS * fmax(0, failing);
}

static void take(struct trace_work *w, struct suspects *ss, size_t i, double *scores)
{
	struct sources from = {.context = &w->view->telemetry->context,
			       .incident = w->view->incident};
	struct span component = w->places[2 * i], service = w->places[2 * i + 1];
	double score = judge_times(&w->items[i]);
	const struct trace_span *s = w->items[i].failed ? w->items[i].failed : w->items[i].slowest;
	size_t row = suspects_find(ss, component);

	if (!(score > 0))
		return;
	if (row == SUSPECT_NOWHERE)
		row = suspects_find(ss, service);
	if (row == SUSPECT_NOWHERE && view_reaches(w->view, component, service))
		row = suspects_row(ss, component, service);
	if (row == SUSPECT_NOWHERE)
		return;
	if (score > scores[row])
		scores[row] = score;
	suspects_quote(ss, row, &from,
		       &(struct evidence){.kind = KIND_TRACE,
					  .record_id = s->record_id,
					  .quote = cut_text(s->name, QUOTE_BYTES),
					  .weight = WEIGHT_TRACE * score,
					  .signal = SIZE_MAX,
					  .span = s});
}

bool judge_traces(const struct view *v, struct suspects *ss, double *scores)
{
	struct trace_work w = {.view = v, .key = BUF_INIT(64u << 10)};
	size_t n = v->telemetry->spans.n;
	bool any = false;

	if (!n || !v->incident->dated)
		return false;
	map_init(&w.groups);
	w.children_ms = mem_zalloc(n * sizeof *w.children_ms);
	w.child_failed = mem_zalloc(n * sizeof *w.child_failed);
	sum_children(&w);
	note_all(&w);
	for (size_t i = 0; i < w.n; i++)
		take(&w, ss, i, scores);
	for (size_t i = 1; i < ss->n; i++)
		any = any || scores[i] > 0;
	source_percentiles(scores, ss->n);
	for (size_t i = 0; i < w.n; i++) {
		free(w.items[i].ms[0]);
		free(w.items[i].ms[1]);
	}
	free(w.items);
	free(w.places);
	free(w.children_ms);
	free(w.child_failed);
	map_release(&w.groups);
	buf_release(&w.key);
	return any;
}
