/*
 * Two profiles compared: every number with the interval that the true one, of the
 * values themselves, lies in, whatever they were.
 */
#ifndef AIOPS_STATS_PROFILE_DIFF_H
#define AIOPS_STATS_PROFILE_DIFF_H

#include "stats/divergence.h"
#include "stats/ks.h"
#include "stats/profile.h"

struct interval {
	double low, high;
};

struct profile_diff {
	struct interval d;      /* Kolmogorov-Smirnov's D */
	double d_plus, d_minus; /* the lower ends of sup (F - G) and sup (G - F) */
	double at;              /* the knot where d.low stands */
	/* counts up to that knot, nearest to each other */
	double ref_up_to, cur_up_to;
	struct ks_p p_high, p_low; /* at d.low and at d.high: the p of the data is between them */
	struct psi psi;            /* at the middle of the counts, exact where they are */
	struct interval psi_range;
	double js; /* nats */
	struct interval js_range;
	double wasserstein; /* at the middle; may be infinite, as may the ends */
	struct interval wasserstein_range;
	double ref_error, cur_error; /* profile_error of both */
};

/*
 * Both sides hold something. ref_missing and cur_missing are one more bin of PSI and JS
 * where missing_bin is set; the bins are the reference's. The p-values are the limit
 * law's (stats/ks.h). O(knots).
 */
struct profile_diff profile_compare(const struct profile *ref, const struct profile *cur,
				    bool missing_bin, uint64_t ref_missing, uint64_t cur_missing);

#endif
