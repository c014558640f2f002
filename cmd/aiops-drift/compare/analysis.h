/*
 * Everything that compare measures of one feature: two samples in, numbers out.
 * Pure: no input, no output, no record.
 */
#ifndef AIOPS_DRIFT_ANALYSIS_H
#define AIOPS_DRIFT_ANALYSIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/categories.h"
#include "stats/divergence.h"
#include "stats/homogeneity.h"
#include "stats/ks.h"
#include "stats/moments.h"
#include "stats/profile_diff.h"
#include "stats/sample.h"
#include "stats/sketch.h"

struct analysis_options {
	double alpha;         /* in (0, 1) */
	bool missing_bin;     /* missing values are a bin of their own in PSI and JS */
	int64_t ks_budget;    /* see ks_p_value */
	double w1_trim_ratio; /* share cut off at each end of each side, below .5 */
};

enum analysis_type { ANALYSIS_NUMBER, ANALYSIS_CATEGORY, ANALYSIS_BOOLEAN };
/* "number", "category", "boolean". */
const char *analysis_type_name(enum analysis_type type);

/* A category that only one side has. */
struct listed {
	struct span text; /* borrowed */
	uint64_t count;
};
#define LISTED_MAX 20 /* named in a result; all are counted */

struct category_analysis {
	struct homogeneity h;
	struct listed fresh[LISTED_MAX], gone[LISTED_MAX]; /* the commonest first */
	size_t n_fresh, n_gone;                            /* all of them */
	bool folded;          /* more categories than counters: some are counted in groups */
	double rest_share;    /* the larger side's share in these groups; the error bound of tvd */
	struct span farthest; /* the category that h.linf is of; SPAN_NONE for a group */
};

/* Lower ends of the one-sided 1 - alpha intervals of the effects; NAN where there is none. */
struct lower_ends {
	double d, psi, js_distance2, g, v; /* psi and JS without what chance alone gives */
	double missing;
};

struct analysis {
	enum analysis_type type;
	struct moments ref, cur;             /* of the numbers, or of true as 1 */
	uint64_t ref_n, cur_n;               /* values of the type */
	uint64_t ref_missing, cur_missing;   /* no value, the mistyped included */
	uint64_t ref_mistyped, cur_mistyped; /* values of another type than the feature's */
	bool both; /* values on both sides: the members down to hedges_g are set */
	struct ks ks;
	struct ks_p ks_p;
	struct category_analysis *category; /* owned; NULL for numbers */
	struct profile_diff *bounds;        /* owned; NULL where all numbers were at hand */
	double values_p;                    /* of KS, chi-squared or Fisher */
	struct psi psi;
	double js;          /* nats, on the bins of psi */
	double js_common50; /* nats */
	double wasserstein; /* in the values' unit; may be infinite */
	double wasserstein_trimmed;
	double wasserstein_scaled; /* trimmed, in robust deviations of the reference (IQR / 1.349);
				      NAN without spread */
	double hedges_g;           /* NAN without spread */
	double missing_change; /* current share of missing minus reference's; NAN with an empty side
				*/
	double missing_p;      /* 1 when nothing is missing */
	struct lower_ends lower;
	/* Which tests could be significant at alpha at all with these sizes. */
	bool values_usable, missing_usable;
};

/* One window of a feature. */
struct side {
	struct sample *sample;
	uint64_t texts, booleans; /* counted in the categories; of these from true and false */
	struct sketch *sketch;    /* the numbers instead of the sample's, or NULL */
};

/*
 * Sorts both samples, otherwise leaves them as they are. Either may be empty; categories may be
 * NULL. A feature with values of several types is what most of them are, numbers if
 * as many; the others are mistyped, and missing.
 */
struct analysis analyse(const struct side *ref, const struct side *cur,
			const struct categories *categories, const struct analysis_options *o);
void analysis_release(struct analysis *a);

/* The D that a Kolmogorov-Smirnov test at alpha could have seen: sqrt(-ln(alpha/2)/2)
 * / sqrt(nm/(n+m)), at most 1. NAN with an empty side, and for categories. */
double detectable_d(const struct analysis *a, double alpha);

#endif
