/*
 * merge: profiles of the same features into one each. Profiles over the same knots
 * are added at once; groups over different knots are put together at the end, in one
 * step, so that no order of input shows in the result.
 */
#include <stdlib.h>

#include "aiops-drift/compare/feature.h"
#include "aiops-drift/profile/profile_record.h"
#include "aiops-drift/profile/sketch.h"
#include "base/mem.h"
#include "cli/filter.h"

/* The profiles of one feature that have the same knots, added up. */
struct group {
	struct profile *items; /* owned */
	size_t n, cap;
	bool bins_differ;
};

struct merging {
	struct grouping grouping; /* of no use, but features want one */
	struct features features;
	struct group *groups; /* owned; by serial of the feature */
	size_t n_groups, cap;
	int64_t profiles, ignored;
};

static struct group *group_of(struct merging *m, const struct feature *f)
{
	mem_grow(m->groups, m->cap, f->serial + 1);
	for (; m->n_groups <= f->serial; m->n_groups++)
		m->groups[m->n_groups] = (struct group){0};
	return &m->groups[f->serial];
}

static bool same_bins(const struct bins *a, const struct bins *b)
{
	if (a->n_cuts != b->n_cuts)
		return false;
	for (size_t i = 0; i < a->n_cuts; i++) {
		const struct bin_cut *x = &a->cuts[i], *y = &b->cuts[i];

		if (x->at < y->at || x->at > y->at || x->after != y->after)
			return false;
	}
	return true;
}

/* p is the group's from now on. */
static void add_profile(struct group *g, struct profile *p)
{
	for (size_t i = 0; i < g->n; i++) {
		if (!profile_same_knots(&g->items[i], p))
			continue;
		g->bins_differ |= !same_bins(&g->items[i].bins, &p->bins);
		profile_merge(&g->items[i], p);
		profile_release(p);
		return;
	}
	mem_grow(g->items, g->cap, g->n + 1);
	g->items[g->n++] = *p;
	*p = PROFILE_INIT;
}

static int take(struct merging *m, const struct record *r, struct err *e)
{
	struct feature *f;
	struct profile p;
	struct window w, *into;

	if (profile_record_read(r, &p, &w, e) < 0)
		return -1;
	f = profile_feature(&m->features, r, e);
	if (!f) {
		profile_release(&p);
		return -1;
	}
	m->profiles++;
	profile_categories_take(&m->features, r, f, WINDOW_CURRENT);
	add_profile(group_of(m, f), &p);
	into = &f->windows[WINDOW_CURRENT];
	into->sample.missing += w.sample.missing;
	if (w.timed) {
		window_note(into, w.from);
		window_note(into, w.to);
	}
	return 0;
}

static int on_record(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	struct merging *m = ctx;
	struct err problem = ERR_INIT;

	(void)e;
	if (!profile_record_is(r))
		m->ignored++;
	else if (take(m, r, &problem) < 0)
		filter_reject(f, REJECT_SCHEMA, "%s", problem.text);
	return 0;
}

/* The whole group as one profile, in the feature's window. */
static void unite(struct group *g, struct window *w)
{
	struct profile *p = &w->sketch->p;

	for (size_t i = 0; i < g->n; i++) {
		if (i == 0)
			p->bins = g->items[0].bins;
		profile_merge(p, &g->items[i]);
		profile_release(&g->items[i]);
	}
	if (g->n > 1 || g->bins_differ) {
		profile_thin(p, PROFILE_KNOTS);
		profile_set_bins(p);
	}
}

static int on_finish(void *ctx, struct filter *f, struct err *e)
{
	struct merging *m = ctx;
	struct features *fs = &m->features;
	struct buf out = BUF_INIT(PROFILE_RECORD_MAX);
	int64_t now_ns = env_now_ns(cli_env(filter_cli(f)));

	(void)e;
	if (m->profiles == 0 && m->ignored > 0)
		msg(filter_cli(f), MSG_INFO, NULL, "no profile among %lld records",
		    (long long)m->ignored);
	features_sort(fs->items, fs->n);
	for (size_t i = 0; i < fs->n; i++) {
		struct window *w = &fs->items[i]->windows[WINDOW_CURRENT];

		(void)window_sketch(w);
		unite(&m->groups[fs->items[i]->serial], w);
		buf_clear(&out);
		profile_record_write(fs->items[i], WINDOW_CURRENT, now_ns, &out);
		filter_emit(f, buf_span(&out));
	}
	buf_release(&out);
	return 0;
}

static void on_stats(void *ctx, struct buf *json)
{
	const struct merging *m = ctx;

	buf_addf(json, ",\"features\":%zu,\"profiles\":%lld,\"ignored\":%lld", m->features.n,
		 (long long)m->profiles, (long long)m->ignored);
}

int merge_run(struct cli *c)
{
	static const struct filter_ops ops = {
		.record = on_record, .finish = on_finish, .stats = on_stats};
	const struct sketch_options *o = cli_options(c);
	struct merging m = {.n_groups = 0};
	struct features_options how = {.grouping = &m.grouping,
				       .max_features = (size_t)o->max_features,
				       .max_categories = PROFILE_CATEGORIES};
	struct err e = ERR_INIT;
	int code;

	if (grouping_init(&m.grouping, NULL, NULL, 0, &e) < 0)
		return msg_err(c, NULL, &e);
	features_init(&m.features, &how);
	code = filter_run(c, &ops, &m);
	for (size_t i = 0; i < m.n_groups; i++)
		free(m.groups[i].items);
	free(m.groups);
	features_release(&m.features);
	grouping_release(&m.grouping);
	return code;
}
