/* The measurements of one feature: see analysis.h. */
#include "aiops-drift/analysis.h"

#include <math.h>

#include "stats/bins.h"
#include "stats/fisher.h"
#include "stats/quantile.h"
#include "stats/wasserstein.h"

#define PSI_PARTS  10
#define NORMAL_IQR 1.349 /* interquartile range of a standard normal */

static void binned(struct analysis *a, const struct sample *ref, const struct sample *cur,
		   bool missing_bin)
{
	uint64_t in_ref[BINS_MAX + 1], in_cur[BINS_MAX + 1];
	struct bins bins = bins_by_quantiles(ref->values, ref->n, PSI_PARTS);
	size_t n = bins_count(&bins);
	double chance;

	bins_fill(&bins, ref->values, ref->n, in_ref);
	bins_fill(&bins, cur->values, cur->n, in_cur);
	if (missing_bin) {
		in_ref[n] = ref->missing;
		in_cur[n++] = cur->missing;
	}
	a->psi = psi_of_counts(in_ref, in_cur, n);
	a->js = js_divergence(in_ref, in_cur, n);
	/* PSI and 8 JS have the same limit for small differences */
	chance = a->psi.null_mean / 8;
	a->js_excess = fmax(0, a->js - chance);
}

static double robust_deviation(const struct sample *s)
{
	return (quantile_sorted(s->values, s->n, 0.75) - quantile_sorted(s->values, s->n, 0.25)) /
	       NORMAL_IQR;
}

static void numbers(struct analysis *a, const struct sample *ref, const struct sample *cur,
		    const struct analysis_options *o)
{
	double scale = robust_deviation(ref);

	a->ks = ks_statistic(ref->values, ref->n, cur->values, cur->n);
	a->ks_p = ks_p_value(&a->ks, ref->values, cur->values, o->ks_budget);
	a->ks_usable = ks_log10_floor(a->ks.n, a->ks.m) <= log10(o->alpha);
	binned(a, ref, cur, o->missing_bin);
	a->js_common50 = js_common50(ref->values, ref->n, cur->values, cur->n);
	a->wasserstein = wasserstein1(ref->values, ref->n, cur->values, cur->n);
	a->wasserstein_scaled = scale > 0 ? a->wasserstein / scale : NAN;
	a->hedges_g = moments_hedges_g(&a->ref, &a->cur);
}

static void missing(struct analysis *a, const struct sample *ref, const struct sample *cur,
		    double alpha)
{
	uint64_t n = ref->n + ref->missing, m = cur->n + cur->missing;

	a->missing_p = 1;
	a->missing_change = NAN;
	if (n == 0 || m == 0)
		return;
	a->missing_change = (double)cur->missing / (double)m - (double)ref->missing / (double)n;
	a->missing_p = share_change_p(ref->missing, n, cur->missing, m);
	a->missing_usable = ref->missing + cur->missing > 0 && ref->n + cur->n > 0 &&
			    ks_log10_floor((int64_t)n, (int64_t)m) <= log10(alpha);
}

struct analysis analyse(struct sample *ref, struct sample *cur, const struct analysis_options *o)
{
	struct analysis a = {.ref_missing = ref->missing, .cur_missing = cur->missing};

	sample_sort(ref);
	sample_sort(cur);
	/* behind the sort, so that not even the last digit depends on the order of arrival */
	a.ref = moments_of(ref->values, ref->n);
	a.cur = moments_of(cur->values, cur->n);
	a.both = ref->n > 0 && cur->n > 0;
	if (a.both)
		numbers(&a, ref, cur, o);
	missing(&a, ref, cur, o->alpha);
	return a;
}

double detectable_d(const struct analysis *a, double alpha)
{
	double n = (double)a->ref.n, m = (double)a->cur.n;

	if (!a->both)
		return NAN;
	return fmin(1, sqrt(-log(alpha / 2) / 2 * (1 / n + 1 / m)));
}
