/* Categories: see category.h. */
#include "aiops-drift/compare/category.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

struct counts {
	uint64_t *ref, *cur;
	struct span *texts;
	size_t n;
};

/* Keeps the list's LISTED_MAX commonest, of equals the first in byte order. */
static void list(struct listed *items, size_t *n, struct span text, uint64_t count)
{
	size_t used = *n < LISTED_MAX ? *n : LISTED_MAX, at = used;

	++*n;
	while (at > 0 && items[at - 1].count < count)
		at--;
	if (at == LISTED_MAX)
		return;
	for (size_t i = used < LISTED_MAX ? used : LISTED_MAX - 1; i > at; i--)
		items[i] = items[i - 1];
	items[at] = (struct listed){text, count};
}

static void list_one_sided(struct category_analysis *k, const struct counts *c)
{
	for (size_t i = 0; i < c->n; i++) {
		if (!c->texts[i].data)
			continue;
		if (c->ref[i] == 0 && c->cur[i] > 0)
			list(k->fresh, &k->n_fresh, c->texts[i], c->cur[i]);
		else if (c->cur[i] == 0 && c->ref[i] > 0)
			list(k->gone, &k->n_gone, c->texts[i], c->ref[i]);
	}
}

static struct moments of_trues(uint64_t n, uint64_t trues)
{
	double p = n ? (double)trues / (double)n : 0;

	return (struct moments){.n = n,
				.mean = p,
				.m2 = (double)n * p * (1 - p),
				.min = trues == n ? 1 : 0,
				.max = trues ? 1 : 0};
}

static void moments_of_booleans(struct analysis *a, const struct counts *c)
{
	uint64_t ref = 0, cur = 0;

	for (size_t i = 0; i < c->n; i++) {
		if (span_is(c->texts[i], "true")) {
			ref = c->ref[i];
			cur = c->cur[i];
		}
	}
	a->ref = of_trues(a->ref_n, ref);
	a->cur = of_trues(a->cur_n, cur);
}

/* The table as tested, with missing values as one more column, as in the bins of numbers. */
static void distances_with_missing(struct analysis *a, struct counts *c)
{
	struct homogeneity h;

	c->ref[c->n] = a->ref_missing;
	c->cur[c->n] = a->cur_missing;
	h = homogeneity(c->ref, c->cur, c->n + 1);
	a->psi = h.psi;
	a->js = h.js;
}

static void test(struct analysis *a, struct counts *c, const struct analysis_options *o)
{
	struct category_analysis *k = a->category;

	k->h = homogeneity(c->ref, c->cur, c->n);
	k->farthest = k->h.linf > 0 ? c->texts[k->h.linf_at] : SPAN_NONE;
	list_one_sided(k, c);
	a->values_p = k->h.chi2.p;
	/* one category on both sides is no change, however few the values are */
	a->values_usable = ks_log10_floor((int64_t)a->ref_n, (int64_t)a->cur_n) <= log10(o->alpha);
	a->psi = k->h.psi;
	a->js = k->h.js;
	if (o->missing_bin && a->ref_missing + a->cur_missing > 0)
		distances_with_missing(a, c);
}

void category_analyse(struct analysis *a, const struct categories *c,
		      const struct analysis_options *o)
{
	struct counts all;

	a->category = mem_zalloc(sizeof *a->category);
	categories_counts(c, &all.ref, &all.cur, &all.texts, &all.n);
	if (a->type == ANALYSIS_BOOLEAN)
		moments_of_booleans(a, &all);
	if (a->both) {
		a->category->folded = c->halvings > 0;
		a->category->rest_share = fmax((double)categories_rest(c, 0) / (double)a->ref_n,
					       (double)categories_rest(c, 1) / (double)a->cur_n);
		test(a, &all, o);
	}
	free(all.ref);
	free(all.cur);
	free(all.texts);
}
