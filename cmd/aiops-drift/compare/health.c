/* Health of a feature: see health.h. */
#include "aiops-drift/compare/health.h"

#include <math.h>

#include "stats/normal.h"

#define LEAST_P 1e-300 /* a p below it is told as 37 standard errors */

const char *status_name(enum status s)
{
	static const char *const names[] = {"ok", "drift_detected", "insufficient_data", "error"};

	return names[s];
}

const char *feeling_name(enum feeling f)
{
	static const char *const names[] = {"likely_healthy", "potential_issue", "likely_violated",
					    "insufficient_data", "no_data"};

	return names[f];
}

/* z enters the verdict if the change is material. What moved is the first that is loud, else
 * the loudest: the mean explains more than the range. */
static void consider(struct health *h, const char *what, double z, bool material)
{
	if (!material || !(fabs(z) > h->z))
		return;
	if (h->z < HEALTH_Z_LOUD)
		h->moved = what;
	h->z = fabs(z);
}

static void measure(struct health *h, const struct summary *ref, const struct summary *cur,
		    uint64_t outside)
{
	double change = cur->mean - ref->mean, deviation = sqrt(ref->variance);

	h->mean_z = mean_change_z(ref, cur);
	h->mean_p = mean_change_p(ref, cur);
	h->effect = deviation > 0 ? change / deviation : change == 0 ? 0 : NAN;
	h->variance_z = variance_change_z(ref, cur);
	h->variance_p = normal_two_sided(h->variance_z);
	h->variance_ratio = ref->variance > 0 ? cur->variance / ref->variance : NAN;
	h->outside = outside;
	h->range_p = range_change_p(ref->n, cur->n, outside);
}

static void judge(struct health *h, const struct summary *cur, bool by_variance)
{
	double ratio = h->variance_ratio;

	/* without spread in the baseline any change is material: infinitely many deviations */
	if (!by_variance)
		consider(h, "mean", h->mean_z,
			 isnan(h->effect) || fabs(h->effect) >= HEALTH_EFFECT);
	consider(h, "variance", h->variance_z,
		 isnan(ratio) || ratio >= HEALTH_RATIO || ratio <= 1 / HEALTH_RATIO);
	if (!by_variance)
		consider(h, "range", normal_upper_quantile(fmax(h->range_p, LEAST_P) / 2),
			 h->outside > 0 && (double)h->outside >= HEALTH_OUTSIDE * (double)cur->n);
	h->status = h->z >= HEALTH_Z ? STATUS_DRIFT : STATUS_OK;
	h->alert = h->z >= HEALTH_Z_LOUD;
	h->feeling = h->z > HEALTH_Z_LOUD ? FEELING_VIOLATED
		     : h->z > HEALTH_Z    ? FEELING_ISSUE
					  : FEELING_HEALTHY;
}

static bool has_moments(const struct summary *s)
{
	return isfinite(s->mean) && isfinite(s->variance);
}

struct health health_of(const struct summary *ref, const struct summary *cur, uint64_t outside,
			bool by_variance)
{
	struct health h = {
		.status = STATUS_INSUFFICIENT,
		.feeling = cur->n ? FEELING_INSUFFICIENT : FEELING_NONE,
		.mean_z = NAN,
		.mean_p = NAN,
		.effect = NAN,
		.variance_z = NAN,
		.variance_p = NAN,
		.variance_ratio = NAN,
		.range_p = NAN,
	};

	if (!ref || ref->n == 0) {
		h.status = STATUS_NO_BASELINE;
		return h;
	}
	if (cur->n == 0)
		return h;
	if (!has_moments(ref) || !has_moments(cur))
		return h;
	measure(&h, ref, cur, outside);
	if (ref->n >= HEALTH_LEAST_N && cur->n >= HEALTH_LEAST_N)
		judge(&h, cur, by_variance);
	return h;
}

void health_why(const struct health *h, const struct summary *ref, const struct summary *cur,
		struct buf *out)
{
	if (h->status == STATUS_NO_BASELINE) {
		buf_add_cstr(out, "there is no baseline for it");
	} else if (h->status == STATUS_INSUFFICIENT && !(has_moments(ref) && has_moments(cur))) {
		buf_add_cstr(out, "the moments are beyond the range of a double");
	} else if (h->status == STATUS_INSUFFICIENT) {
		buf_addf(out,
			 "%llu reference and %llu current values: at least %d of each are needed",
			 (unsigned long long)ref->n, (unsigned long long)cur->n, HEALTH_LEAST_N);
	} else if (!h->moved || h->z < HEALTH_Z) {
		buf_addf(out, "mean %.4g to %.4g, %.2g standard errors: no change that matters",
			 ref->mean, cur->mean, fabs(h->mean_z));
	} else if (*h->moved == 'm') {
		buf_addf(out,
			 "the mean went from %.4g to %.4g: %.3g standard errors, %.2g deviations",
			 ref->mean, cur->mean, h->z, fabs(h->effect));
	} else if (*h->moved == 'v') {
		buf_addf(out, "the standard deviation went from %.4g to %.4g: %.3g standard errors",
			 sqrt(ref->variance), sqrt(cur->variance), h->z);
	} else {
		buf_addf(
			out,
			"%llu of %llu values lie outside the baseline's range %.4g to %.4g (p %.2g)",
			(unsigned long long)h->outside, (unsigned long long)cur->n, ref->min,
			ref->max, h->range_p);
	}
}
