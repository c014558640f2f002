/* Results with bounds: see certified.h. */
#include "aiops-drift/compare/certified.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stats/effect.h"

/* The side's profile; made in *own from its values, if it has none. */
static struct profile *profile_of(const struct side *s, struct sketch *own)
{
	if (s->sketch) {
		sketch_finish(s->sketch);
		return &s->sketch->p;
	}
	for (size_t i = 0; i < s->sample->n; i++)
		sketch_add(own, s->sample->values[i], SKETCH_BATCH_MAX);
	sketch_finish(own);
	return &own->p;
}

static void take_bounds(struct analysis *a, const struct profile_diff *d)
{
	a->ks = (struct ks){.n = (int64_t)a->ref_n,
			    .m = (int64_t)a->cur_n,
			    .d = d->d.low,
			    .d_plus = d->d_plus,
			    .d_minus = d->d_minus,
			    .at = d->at};
	a->ks_p = d->p_high;
	a->values_p = d->p_high.p;
	a->psi = d->psi;
	a->js = d->js;
	a->wasserstein = d->wasserstein;
	a->hedges_g = moments_hedges_g(&a->ref, &a->cur);
}

void certified_analyse(struct analysis *a, const struct side *ref, const struct side *cur,
		       const struct analysis_options *o)
{
	struct sketch own_ref = SKETCH_INIT, own_cur = SKETCH_INIT;
	struct profile *r = profile_of(ref, &own_ref), *c = profile_of(cur, &own_cur);

	a->ref = exact_moments_round(&r->moments);
	a->cur = exact_moments_round(&c->moments);
	/* what takes all the values in order */
	a->js_common50 = a->wasserstein_trimmed = a->wasserstein_scaled = NAN;
	if (a->both) {
		a->bounds = mem_alloc(sizeof *a->bounds);
		*a->bounds = profile_compare(r, c, o->missing_bin, a->ref_missing, a->cur_missing);
		take_bounds(a, a->bounds);
		a->values_usable = ks_log10_floor(a->ks.n, a->ks.m) <= log10(o->alpha);
	}
	sketch_release(&own_ref);
	sketch_release(&own_cur);
}

void certified_effects(struct analysis *a, double z)
{
	const struct profile_diff *d = a->bounds;
	double n = (double)a->ref_n, m = (double)a->cur_n;

	a->lower.d = share_difference_lower(d->ref_up_to * n, n, d->cur_up_to * m, m, z);
	a->lower.g = hedges_g_lower(a->hedges_g, n, m, z);
}

static void write_range(struct jsonw *w, const char *key, double low, double high)
{
	jsonw_key(w, key);
	jsonw_array(w);
	jsonw_double(w, low);
	jsonw_double(w, high);
	jsonw_array_end(w);
}

void certified_write(struct jsonw *w, const struct analysis *a)
{
	const struct profile_diff *d = a->bounds;

	if (!d)
		return;
	jsonw_key(w, "bounds");
	jsonw_object(w);
	write_range(w, "ks_statistic", d->d.low, d->d.high);
	write_range(w, "ks_pvalue", d->p_low.p, d->p_high.p);
	write_range(w, "log10_p", d->p_low.log10_p, d->p_high.log10_p);
	write_range(w, "psi", d->psi_range.low, d->psi_range.high);
	write_range(w, "js_divergence", d->js_range.low, d->js_range.high);
	write_range(w, "wasserstein", d->wasserstein_range.low, d->wasserstein_range.high);
	jsonw_member_double(w, "reference_error", d->ref_error);
	jsonw_member_double(w, "current_error", d->cur_error);
	jsonw_object_end(w);
}
