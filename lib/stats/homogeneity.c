/* Homogeneity of categories: see homogeneity.h. */
#include "stats/homogeneity.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stats/fisher.h"

struct column {
	uint64_t ref, cur;
	size_t at;
};

struct table {
	struct column *columns; /* owned */
	size_t n;
	double ref, cur; /* row totals */
};

static double column_total(const struct column *c)
{
	return (double)c->ref + (double)c->cur;
}

/* Commonest first; of equals the earlier one. */
static int by_total(const void *a, const void *b)
{
	const struct column *x = a, *y = b;
	double p = column_total(x), q = column_total(y);

	if (p != q)
		return p > q ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

static struct table table_of(const uint64_t *ref, const uint64_t *cur, size_t categories)
{
	struct table t = {.columns = mem_array(NULL, categories + 1, sizeof *t.columns)};

	for (size_t k = 0; k < categories; k++) {
		t.ref += (double)ref[k];
		t.cur += (double)cur[k];
		if (ref[k] || cur[k])
			t.columns[t.n++] = (struct column){ref[k], cur[k], k};
	}
	return t;
}

static void share_distances(const struct table *t, struct homogeneity *h)
{
	for (size_t k = 0; k < t->n; k++) {
		const struct column *c = &t->columns[k];
		double d = fabs((double)c->ref / t->ref - (double)c->cur / t->cur);

		h->tvd += d / 2;
		if (d > h->linf) {
			h->linf = d;
			h->linf_at = c->at;
		}
	}
	h->tvd = fmin(1, h->tvd);
}

/* Folds the columns from `from` on into one, which takes their place. */
static void fold(struct table *t, size_t from)
{
	for (size_t k = from + 1; k < t->n; k++) {
		t->columns[from].ref += t->columns[k].ref;
		t->columns[from].cur += t->columns[k].cur;
	}
	t->n = from + 1;
}

/* Pools what is too rare. A pool that is itself too rare takes the next commoner
 * category in; if that leaves the pool alone, the commonest stands against it. */
static void pool(struct table *t, struct homogeneity *h)
{
	double need = HOMOGENEITY_EXPECTED * (t->ref + t->cur) / fmin(t->ref, t->cur), pooled = 0;
	size_t keep = t->n;

	while (keep > 1 &&
	       (column_total(&t->columns[keep - 1]) < need || (keep < t->n && pooled < need)))
		pooled += column_total(&t->columns[--keep]);
	if (t->n - keep < 2)
		return;
	h->pooled = t->n - keep;
	fold(t, keep);
}

/* Bergsma's V' of a 2 x C table with the uncorrected V. */
static double corrected_v(double v, double all, double c)
{
	double f = fmax(0, v * v - (c - 1) / (all - 1)), rows = 2 - 1 / (all - 1);
	double columns = c - (c - 1) * (c - 1) / (all - 1), least = fmin(rows, columns) - 1;

	return least > 0 ? fmin(1, sqrt(f / least)) : 0;
}

static void test(const struct table *t, struct homogeneity *h)
{
	uint64_t *ref = mem_array(NULL, t->n, sizeof *ref),
		 *cur = mem_array(NULL, t->n, sizeof *cur);
	double least = INFINITY;

	for (size_t k = 0; k < t->n; k++) {
		ref[k] = t->columns[k].ref;
		cur[k] = t->columns[k].cur;
		least = fmin(least, column_total(&t->columns[k]));
	}
	h->tested = t->n;
	h->chi2 = chi2_homogeneity(ref, cur, t->n);
	h->psi = psi_of_counts(ref, cur, t->n);
	h->js = js_divergence(ref, cur, t->n);
	h->v_corrected = corrected_v(h->chi2.v, t->ref + t->cur, (double)t->n);
	h->exact = t->n == 2 &&
		   least * fmin(t->ref, t->cur) / (t->ref + t->cur) < HOMOGENEITY_EXPECTED;
	if (h->exact)
		h->chi2.p = share_change_p(ref[0], ref[0] + ref[1], cur[0], cur[0] + cur[1]);
	free(ref);
	free(cur);
}

struct homogeneity homogeneity(const uint64_t *ref, const uint64_t *cur, size_t categories)
{
	struct homogeneity h = {.chi2 = {.p = 1}, .psi = {.p = 1, .p_corrected = 1}};
	struct table t = table_of(ref, cur, categories);

	h.categories = h.tested = t.n;
	if (t.ref > 0 && t.cur > 0) {
		share_distances(&t, &h);
		qsort(t.columns, t.n, sizeof *t.columns, by_total);
		pool(&t, &h);
		if (t.n > 1)
			test(&t, &h);
		else
			h.tested = t.n;
	}
	free(t.columns);
	return h;
}
