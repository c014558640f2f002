/*
 * Log lines to templates and ranges.
 */
#include "aiops-triage/llm/abridge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aiops-triage/evidence/survey.h"
#include "base/mem.h"
#include "base/num.h"
#include "text/template.h"

#define LINES_MAX     4000
#define TEMPLATES_MAX 500
/* A mean that moved by a fifth of the range is a direction. */
#define MOVED 0.2

/* What is gathered of one template. */
struct gathered {
	struct template *t;
	const struct item *sample;
	size_t count, seen;
	bool severe;
	int64_t first_ns, last_ns;
	struct slot slots[ABRIDGE_SLOTS];
	size_t n_slots;
};

static bool belongs(const struct item *it, const struct incident *inc)
{
	struct span component = it->fields[ITEM_COMPONENT], service = it->fields[ITEM_SERVICE];

	if (inc->dated && (it->at_ns < inc->starts_ns - LOGS_BEFORE_NS ||
			   it->at_ns > inc->last_ns + LOGS_AFTER_NS))
		return false;
	return (!component.len && !service.len) || incident_has_place(inc, component) ||
	       incident_has_place(inc, service);
}

/* ---- places that vary ---- */

static void add_value(struct slot *s, struct span value, bool late)
{
	struct err ignored = ERR_INIT;
	double x;

	/* a unit behind it is not part of the number */
	while (value.len && !(value.data[value.len - 1] >= '0' && value.data[value.len - 1] <= '9'))
		value.len--;
	if (num_parse_double(value, &x, &ignored) != 0) {
		s->others++;
		return;
	}
	s->least = s->numbers ? fmin(s->least, x) : x;
	s->most = s->numbers ? fmax(s->most, x) : x;
	s->numbers++;
	*(late ? &s->late : &s->early) += x;
	*(late ? &s->n_late : &s->n_early) += 1;
}

/* Walks the template's constant parts through the line; what stands between is a value. */
static void add_values(struct gathered *g, struct span template, struct span line)
{
	bool late = g->seen++ * 2 >= g->count;
	size_t slot = 0;

	while (template.len && slot < ABRIDGE_SLOTS) {
		const char *wild = span_find(template, SPAN("<*>")), *next, *end;
		struct span constant;

		if (!wild)
			return;
		template = span_of(wild + 3, template.len - (size_t)(wild + 3 - template.data));
		next = span_find(template, SPAN("<*>"));
		constant = span_of(template.data,
				   next ? (size_t)(next - template.data) : template.len);
		if (slot == 0) {
			/* from the first thing that varies on */
			size_t before = 0;

			while (before < line.len &&
			       !(line.data[before] >= '0' && line.data[before] <= '9'))
				before++;
			line = span_of(line.data + before, line.len - before);
		}
		end = constant.len ? span_find(line, constant) : line.data + line.len;
		if (!end)
			return;
		add_value(&g->slots[slot++], span_of(line.data, (size_t)(end - line.data)), late);
		g->n_slots = slot > g->n_slots ? slot : g->n_slots;
		line = span_of(end + constant.len,
			       line.len - (size_t)(end - line.data) - constant.len);
	}
}

void abridge_describe(const struct slot *s, struct buf *out)
{
	double range = s->most - s->least, moved = 0;

	if (!s->numbers || s->others > s->numbers) {
		buf_add_cstr(out, "text");
		return;
	}
	buf_addf(out, "number %.6g", s->least);
	if (range > 0)
		buf_addf(out, " to %.6g", s->most);
	if (s->n_early && s->n_late && range > 0)
		moved = (s->late / (double)s->n_late - s->early / (double)s->n_early) / range;
	if (fabs(moved) >= MOVED)
		buf_add_cstr(out, moved > 0 ? ", rising" : ", falling");
}

/* ---- templates ---- */

struct gathering {
	struct miner *miner;
	struct gathered *items;
	size_t n, cap;
};

static void gather(struct gathering *g, const struct item *it)
{
	bool added;
	struct template *t = miner_add(g->miner, it->fields[ITEM_BODY], &added);
	struct gathered *one;

	if (!t)
		return;
	if (added) {
		mem_grow(g->items, g->cap, g->n + 1);
		g->items[g->n] = (struct gathered){.t = t, .sample = it, .first_ns = it->at_ns};
		/* an index, since the array moves: + 1, NULL is none */
		t->owner = (void *)(uintptr_t)++g->n;
	}
	if (!t->owner)
		return;
	one = &g->items[(uintptr_t)t->owner - 1];
	one->count++;
	one->last_ns = it->at_ns > one->last_ns ? it->at_ns : one->last_ns;
	one->first_ns = it->at_ns < one->first_ns ? it->at_ns : one->first_ns;
	one->severe |= it->severity >= SEVERITY_HIGH;
}

/* Errors first, then what was seen least: the usual is no news. */
static int best_first(const void *x, const void *y)
{
	const struct gathered *a = x, *b = y;

	if (a->severe != b->severe)
		return a->severe ? -1 : 1;
	if (a->count != b->count)
		return a->count < b->count ? -1 : 1;
	return (a->first_ns > b->first_ns) - (a->first_ns < b->first_ns);
}

static void keep(struct abridge_rows *d, const struct gathered *g, const struct vocabulary *v)
{
	struct abridge_row *row = &d->items[d->n++];
	struct buf text = BUF_INIT(64u << 10);

	vocabulary_filter(v, span_cstr(g->t->text), &text);
	*row = (struct abridge_row){
		.sample = g->sample,
		.count = g->count,
		.first_ns = g->first_ns,
		.last_ns = g->last_ns,
		.n_slots = g->n_slots,
	};
	memcpy(row->slots, g->slots, sizeof row->slots);
	row->text = buf_take(&text);
}

/* Evicted templates are no longer in the table; TEMPLATES_MAX is above what one window brings, and
 * what was evicted keeps its place in items with a dangling t, so it is marked. */
static void forget(void *ctx, struct template *t)
{
	struct gathering *g = ctx;

	if (t->owner)
		g->items[(uintptr_t)t->owner - 1].t = NULL;
}

void abridge_logs(struct abridge_rows *d, const struct context *c, const struct incident *inc,
		  struct vocabulary *v)
{
	struct gathering g = {0};
	struct item *it;
	size_t from = c->rings[CONTEXT_LOGS].n;

	*d = (struct abridge_rows){0};
	g.miner = miner_new(TEMPLATES_MAX, forget, &g);
	from = from > LINES_MAX ? from - LINES_MAX : 0;
	for (size_t i = from; (it = context_at(c, CONTEXT_LOGS, i)); i++)
		if (it->fields[ITEM_BODY].len && belongs(it, inc)) {
			vocabulary_line(v, it->fields[ITEM_BODY]);
			gather(&g, it);
			d->lines++;
		}
	for (size_t i = from; (it = context_at(c, CONTEXT_LOGS, i)); i++) {
		const struct template *t = it->fields[ITEM_BODY].len && belongs(it, inc)
						   ? miner_find(g.miner, it->fields[ITEM_BODY])
						   : NULL;

		if (t && t->owner)
			add_values(&g.items[(uintptr_t)t->owner - 1], span_cstr(t->text),
				   it->fields[ITEM_BODY]);
	}
	if (g.n)
		qsort(g.items, g.n, sizeof *g.items, best_first);
	for (size_t i = 0; i < g.n && d->n < ABRIDGE_TEMPLATES; i++)
		if (g.items[i].t)
			keep(d, &g.items[i], v);
	miner_free(g.miner);
	free(g.items);
}

void abridge_release(struct abridge_rows *d)
{
	for (size_t i = 0; i < d->n; i++)
		free(d->items[i].text);
	d->n = 0;
}
