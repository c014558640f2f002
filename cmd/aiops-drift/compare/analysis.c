/* The measurements of one feature: see analysis.h. */
#include "aiops-drift/compare/analysis.h"

#include <math.h>
#include <stdlib.h>

#include "aiops-drift/compare/category.h"
#include "aiops-drift/compare/certified.h"
#include "stats/bins.h"
#include "stats/effect.h"
#include "stats/fisher.h"
#include "stats/normal.h"
#include "stats/quantile.h"
#include "stats/wasserstein.h"

#define PSI_PARTS  10
#define NORMAL_IQR 1.349 /* interquartile range of a standard normal */

const char *analysis_type_name(enum analysis_type type)
{
	static const char *const names[] = {"number", "category", "boolean"};

	return names[type];
}

static void binned(struct analysis *a, const struct sample *ref, const struct sample *cur,
		   bool missing_bin)
{
	uint64_t in_ref[BINS_MAX + 1], in_cur[BINS_MAX + 1];
	struct bins bins = bins_by_quantiles(ref->values, ref->n, PSI_PARTS);
	size_t n = bins_count(&bins);

	bins_fill(&bins, ref->values, ref->n, in_ref);
	bins_fill(&bins, cur->values, cur->n, in_cur);
	if (missing_bin) {
		in_ref[n] = a->ref_missing;
		in_cur[n++] = a->cur_missing;
	}
	a->psi = psi_of_counts(in_ref, in_cur, n);
	a->js = js_divergence(in_ref, in_cur, n);
}

static double robust_deviation(const struct sample *s)
{
	return (quantile_sorted(s->values, s->n, 0.75) - quantile_sorted(s->values, s->n, 0.25)) /
	       NORMAL_IQR;
}

static void distances(struct analysis *a, const struct sample *ref, const struct sample *cur,
		      double trim_ratio)
{
	size_t r = (size_t)(trim_ratio * (double)ref->n), c = (size_t)(trim_ratio * (double)cur->n);
	double scale = robust_deviation(ref);

	a->wasserstein = wasserstein1(ref->values, ref->n, cur->values, cur->n);
	a->wasserstein_trimmed =
		wasserstein1(ref->values + r, ref->n - 2 * r, cur->values + c, cur->n - 2 * c);
	a->wasserstein_scaled = scale > 0 ? a->wasserstein_trimmed / scale : NAN;
	a->hedges_g = moments_hedges_g(&a->ref, &a->cur);
}

static void numbers(struct analysis *a, const struct sample *ref, const struct sample *cur,
		    const struct analysis_options *o)
{
	a->ks = ks_statistic(ref->values, ref->n, cur->values, cur->n);
	a->ks_p = ks_p_value(&a->ks, ref->values, cur->values, o->ks_budget);
	a->values_p = a->ks_p.p;
	a->values_usable = ks_log10_floor(a->ks.n, a->ks.m) <= log10(o->alpha);
	binned(a, ref, cur, o->missing_bin);
	a->js_common50 = js_common50(ref->values, ref->n, cur->values, cur->n);
	distances(a, ref, cur, o->w1_trim_ratio);
}

static void missing(struct analysis *a, double alpha)
{
	uint64_t n = a->ref_n + a->ref_missing, m = a->cur_n + a->cur_missing;

	a->missing_p = 1;
	a->missing_change = NAN;
	if (n == 0 || m == 0)
		return;
	a->missing_change = (double)a->cur_missing / (double)m - (double)a->ref_missing / (double)n;
	a->missing_p = share_change_p(a->ref_missing, n, a->cur_missing, m);
	a->missing_usable = a->ref_missing + a->cur_missing > 0 && a->ref_n + a->cur_n > 0 &&
			    ks_log10_floor((int64_t)n, (int64_t)m) <= log10(alpha);
}

/* PSI and JS near their limit law: PSI / scale, and 8 JS / scale, are chi-squared
 * with (bins in use - 1) degrees of freedom, noncentral if there is a difference. */
static void bin_effects(struct analysis *a, double z)
{
	double psi = a->bounds ? a->bounds->psi_range.low : a->psi.psi,
	       js = a->bounds ? a->bounds->js_range.low : a->js;
	double scale = 1 / (double)a->ref_n + 1 / (double)a->cur_n, dof;

	if (a->psi.used < 2) {
		a->lower.psi = a->lower.js_distance2 = 0;
		return;
	}
	dof = (double)(a->psi.used - 1);
	a->lower.psi = scale * noncentrality_lower(psi / scale, dof, z);
	a->lower.js_distance2 =
		js_distance2(scale / 8 * noncentrality_lower(8 * js / scale, dof, z));
}

static void number_effects(struct analysis *a, const struct sample *ref, const struct sample *cur,
			   double z)
{
	double below_ref = (double)count_up_to(ref->values, ref->n, a->ks.at);
	double below_cur = (double)count_up_to(cur->values, cur->n, a->ks.at);

	a->lower.d =
		share_difference_lower(below_ref, (double)ref->n, below_cur, (double)cur->n, z);
	a->lower.g = hedges_g_lower(a->hedges_g, (double)ref->n, (double)cur->n, z);
}

static void category_effects(struct analysis *a, double z)
{
	const struct homogeneity *h = &a->category->h;
	double all = (double)a->ref_n + (double)a->cur_n;

	a->lower.v = 0;
	if (h->tested > 1)
		a->lower.v = sqrt(
			noncentrality_lower(h->chi2.v * h->chi2.v * all, (double)h->tested - 1, z) /
			all);
}

static void effects(struct analysis *a, const struct sample *ref, const struct sample *cur,
		    double alpha)
{
	double z = fmax(0, normal_upper_quantile(alpha));

	a->lower = (struct lower_ends){NAN, NAN, NAN, NAN, NAN, NAN};
	if (a->both) {
		bin_effects(a, z);
		if (a->category)
			category_effects(a, z);
		else if (a->bounds)
			certified_effects(a, z);
		else
			number_effects(a, ref, cur, z);
	}
	if (isfinite(a->missing_change))
		a->lower.missing = share_difference_lower(
			(double)a->ref_missing, (double)(a->ref_n + a->ref_missing),
			(double)a->cur_missing, (double)(a->cur_n + a->cur_missing), z);
}

static uint64_t numbers_of(const struct side *s)
{
	return s->sketch ? s->sketch->p.moments.n : s->sample->n;
}

/* Which type the feature is, and so what counts as missing. */
static void choose_type(struct analysis *a, const struct side *ref, const struct side *cur)
{
	uint64_t texts = ref->texts + cur->texts, booleans = ref->booleans + cur->booleans;
	uint64_t r = numbers_of(ref), c = numbers_of(cur);
	bool categories = texts > r + c;

	a->type = !categories         ? ANALYSIS_NUMBER
		  : texts == booleans ? ANALYSIS_BOOLEAN
				      : ANALYSIS_CATEGORY;
	a->ref_n = categories ? ref->texts : r;
	a->cur_n = categories ? cur->texts : c;
	a->ref_mistyped = ref->texts + r - a->ref_n;
	a->cur_mistyped = cur->texts + c - a->cur_n;
	a->ref_missing = ref->sample->missing + a->ref_mistyped;
	a->cur_missing = cur->sample->missing + a->cur_mistyped;
	a->both = a->ref_n > 0 && a->cur_n > 0;
}

struct analysis analyse(const struct side *ref, const struct side *cur,
			const struct categories *categories, const struct analysis_options *o)
{
	struct analysis a = {.values_p = 1};
	struct sample *r = ref->sample, *c = cur->sample;

	choose_type(&a, ref, cur);
	if (a.type == ANALYSIS_NUMBER && (ref->sketch || cur->sketch)) {
		certified_analyse(&a, ref, cur, o);
	} else if (a.type == ANALYSIS_NUMBER) {
		sample_sort(r);
		sample_sort(c);
		/* behind the sort, so that not even the last digit depends on the order of arrival
		 */
		a.ref = moments_of(r->values, r->n);
		a.cur = moments_of(c->values, c->n);
		if (a.both)
			numbers(&a, r, c, o);
	} else {
		category_analyse(&a, categories, o);
	}
	missing(&a, o->alpha);
	effects(&a, r, c, o->alpha);
	return a;
}

void analysis_release(struct analysis *a)
{
	if (!a)
		return;
	free(a->category);
	free(a->bounds);
	a->category = NULL;
	a->bounds = NULL;
}

double detectable_d(const struct analysis *a, double alpha)
{
	double n = (double)a->ref_n, m = (double)a->cur_n;

	if (!a->both || a->type != ANALYSIS_NUMBER)
		return NAN;
	return fmin(1, sqrt(-log(alpha / 2) / 2 * (1 / n + 1 / m)));
}
