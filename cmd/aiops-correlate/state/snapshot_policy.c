/*
 * Saving and loading what holds alerts back. What was saved under rules or
 * windows that are not there any more is let go.
 */
#include <stdlib.h>
#include <string.h>

#include "aiops-correlate/state/snapshot_impl.h"
#include "aiops-correlate/suppress/suppress.h"

/* ---- the hourly cap: one row for each limit, its times oldest first ---- */

enum { CAP_LIMITS = 4 };

static struct limit *limit_of(struct policy *p, int64_t number)
{
	struct limit *const limits[CAP_LIMITS] = {&p->told.all, &p->foretold.all, &p->told.firsts,
						  &p->foretold.firsts};

	return limits[number];
}

static void save_limit(struct save *s, const struct limit *limit, int number)
{
	if (limit->n == 0)
		return;
	save_row(s, "told");
	jsonw_i64(&s->w, number);
	for (size_t i = 0; i < limit->n; i++)
		jsonw_i64(&s->w,
			  limit->times[(limit->next + limit->max - limit->n + i) % limit->max]);
	save_row_end(s);
}

int load_told(struct load *l, struct row *r)
{
	struct policy *p = l->en->policy;
	int64_t number = row_i64(r, 0, CAP_LIMITS - 1);

	while (row_more(r) && !r->bad) {
		int64_t at_ns = row_any(r);

		if (p && !r->bad)
			(void)limit_take(limit_of(p, number), at_ns, true);
	}
	return row_end(r, "told");
}

/* ---- bursts ---- */

static void save_burst(struct save *s, enum suppress_cause cause, const struct policy *p)
{
	const struct burst *b = &p->bursts[cause];

	save_row(s, "burst");
	jsonw_i64(&s->w, (int64_t)cause);
	jsonw_i64(&s->w, b->open);
	jsonw_i64(&s->w, (int64_t)b->n);
	jsonw_i64(&s->w, b->since_ns);
	jsonw_i64(&s->w, b->last_ns);
	save_row_end(s);
}

int load_burst(struct load *l, struct row *r)
{
	int64_t cause = row_i64(r, 0, SUPPRESS_CAUSES - 1);
	struct burst b = {.open = row_bool(r)};

	b.n = (uint64_t)row_i64(r, 0, INT64_MAX);
	b.since_ns = row_any(r);
	b.last_ns = row_any(r);
	if (row_end(r, "burst") != 0)
		return -1;
	if (l->en->policy)
		l->en->policy->bursts[cause] = b;
	return 0;
}

/* ---- windows ---- */

static void save_window(struct save *s, const struct window *w)
{
	save_row(s, "window");
	jsonw_cstr(&s->w, w->name);
	jsonw_i64(&s->w, w->active);
	jsonw_i64(&s->w, (int64_t)w->alerts);
	jsonw_i64(&s->w, (int64_t)w->total);
	jsonw_i64(&s->w, (int64_t)w->over);
	jsonw_i64(&s->w, (int64_t)w->released);
	jsonw_i64(&s->w, w->began_ns);
	save_row_end(s);
}

int load_window(struct load *l, struct row *r)
{
	struct maintenance *m = l->en->policy ? l->en->policy->maintenance : NULL;
	struct window *w = NULL, ignored;
	struct span name = row_text(r);

	for (size_t i = 0; m && i < m->n; i++)
		if (span_is(name, m->windows[i].name))
			w = &m->windows[i];
	w = w ? w : &ignored;
	w->active = row_bool(r);
	w->alerts = (uint64_t)row_i64(r, 0, INT64_MAX);
	w->total = (uint64_t)row_i64(r, 0, INT64_MAX);
	w->over = (uint64_t)row_i64(r, 0, INT64_MAX);
	w->released = (uint64_t)row_i64(r, 0, INT64_MAX);
	w->began_ns = row_any(r);
	return row_end(r, "window");
}

/* ---- alerts ---- */

static void save_flap(struct save *s, const struct flap *f)
{
	save_row(s, "flap");
	save_fp(s, f->fp);
	jsonw_i64(&s->w, f->flapping);
	jsonw_i64(&s->w, f->firing);
	jsonw_i64(&s->w, (int64_t)f->total);
	jsonw_i64(&s->w, f->since_ns);
	jsonw_i64(&s->w, f->due_ns);
	for (uint32_t i = 0; i < f->n; i++)
		jsonw_i64(&s->w, f->changes[i]);
	save_row_end(s);
}

int load_flap(struct load *l, struct row *r)
{
	struct flap f = {.fp = row_fp(r)};

	f.flapping = row_bool(r);
	f.firing = row_bool(r);
	f.total = (uint64_t)row_i64(r, 0, INT64_MAX);
	f.since_ns = row_any(r);
	f.due_ns = row_any(r);
	while (row_more(r) && !r->bad && f.n < FLAP_CHANGES)
		f.changes[f.n++] = row_any(r);
	if (row_end(r, "flap") != 0)
		return -1;
	if (f.n == 0)
		return load_damaged(l, "flap");
	if (l->en->policy && !flaps_get(&l->en->policy->flaps, f.fp))
		flaps_restore(&l->en->policy->flaps, &f);
	return 0;
}

int load_held(struct load *l, struct row *r)
{
	uint32_t count = row_u32(r);
	struct sighting *s = load_sighting(l, r);

	if (row_end(r, "held") != 0) {
		sighting_free(s, &l->en->words);
		return -1;
	}
	if (l->en->policy && !held_get(l->en->policy, s->fp))
		(void)held_add(l->en->policy, s, count);
	else
		sighting_free(s, &l->en->words);
	return 0;
}

void save_policy_rows(struct save *s)
{
	struct policy *p = s->en->policy;

	if (!p)
		return;
	for (int i = 0; i < CAP_LIMITS; i++)
		save_limit(s, limit_of(p, i), i);
	for (int i = 0; i < SUPPRESS_CAUSES; i++)
		if (p->bursts[i].open)
			save_burst(s, (enum suppress_cause)i, p);
	for (size_t i = 0; p->maintenance && i < p->maintenance->n; i++)
		if (p->maintenance->windows[i].active || p->maintenance->windows[i].total)
			save_window(s, &p->maintenance->windows[i]);
	for (struct map_entry *it = map_next(&p->flaps.by_fp, NULL); it;
	     it = map_next(&p->flaps.by_fp, it))
		save_flap(s, it->value.ptr);
	for (struct map_entry *it = map_next(&p->held, NULL); it; it = map_next(&p->held, it)) {
		const struct held *h = it->value.ptr;

		save_row(s, "held");
		jsonw_i64(&s->w, h->count);
		save_sighting(s, h->s);
		save_row_end(s);
	}
}
