/*
 * Two rows of category counts: are they one distribution? Chi-squared where its
 * law holds, the rare categories pooled until it does, else Fisher's exact test.
 */
#ifndef AIOPS_STATS_HOMOGENEITY_H
#define AIOPS_STATS_HOMOGENEITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/divergence.h"

/* Every expected count that chi-squared is given is at least this (W. G. Cochran, 1954). */
#define HOMOGENEITY_EXPECTED 5

struct homogeneity {
	struct chi2 chi2;   /* of the table as tested; its p is replaced if exact */
	bool exact;         /* Fisher's exact test of a 2 x 2 table */
	size_t categories;  /* in use on either side */
	size_t pooled;      /* of these, put together as one */
	size_t tested;      /* columns of the table as tested */
	double v_corrected; /* Cramer's V without what chance gives; W. Bergsma (2013) */
	double tvd;         /* half the sum of |p - q| over all categories, unpooled */
	double linf;        /* the largest |p - q| */
	size_t linf_at;     /* its category */
	struct psi psi;     /* on the table as tested */
	double js;          /* nats, the same */
};

/*
 * ref[k] and cur[k] observations of category k. Categories whose smaller expected
 * count is below HOMOGENEITY_EXPECTED are pooled; if nothing is left beside the
 * pool, the commonest category is tested against all others. What is pooled depends
 * on the totals only, so the test keeps its level. O(k log k). Zero cases: an
 * empty side, or one category, gives p 1 and effects 0.
 */
struct homogeneity homogeneity(const uint64_t *ref, const uint64_t *cur, size_t categories);

#endif
