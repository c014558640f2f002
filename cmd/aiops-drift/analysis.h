/*
 * Everything that compare measures of one feature: two samples in, numbers out.
 * Pure: no input, no output, no record.
 */
#ifndef AIOPS_DRIFT_ANALYSIS_H
#define AIOPS_DRIFT_ANALYSIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/divergence.h"
#include "stats/ks.h"
#include "stats/moments.h"
#include "stats/sample.h"

struct analysis_options {
	double alpha;      /* in (0, 1) */
	bool missing_bin;  /* missing values are a bin of their own in PSI and JS */
	int64_t ks_budget; /* see ks_p_value */
};

struct analysis {
	struct moments ref, cur;
	uint64_t ref_missing, cur_missing;
	bool both; /* numbers on both sides: the members down to hedges_g are set */
	struct ks ks;
	struct ks_p ks_p;
	struct psi psi;
	double js;                 /* nats, on the bins of psi */
	double js_excess;          /* js without what chance alone gives, at least 0 */
	double js_common50;        /* nats */
	double wasserstein;        /* in the values' unit; may be infinite */
	double wasserstein_scaled; /* in robust deviations of the reference (IQR / 1.349); NAN
				      without spread */
	double hedges_g;           /* NAN without spread */
	double missing_change; /* current share of missing minus reference's; NAN with an empty side
				*/
	double missing_p;      /* 1 when nothing is missing */
	/* Which tests could be significant at alpha at all with these sizes. */
	bool ks_usable, missing_usable;
};

/* Sorts both samples, otherwise leaves them as they are. Either may be empty. */
struct analysis analyse(struct sample *ref, struct sample *cur, const struct analysis_options *o);

/* The D that a Kolmogorov-Smirnov test at alpha could have seen: sqrt(-ln(alpha/2)/2)
 * / sqrt(nm/(n+m)), at most 1. NAN with an empty side. */
double detectable_d(const struct analysis *a, double alpha);

#endif
