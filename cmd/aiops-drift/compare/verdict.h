/*
 * Is it drift? What the measurements mean, and the sentence that says why.
 */
#ifndef AIOPS_DRIFT_VERDICT_H
#define AIOPS_DRIFT_VERDICT_H

#include <stdbool.h>

#include "aiops-drift/compare/analysis.h"
#include "base/buf.h"
#include "stats/adjust.h"

/* How large a change must be, beside being no accident, to count. Any one gate will do.
 * It is the lower end of the effect's one-sided 1 - alpha interval that must reach it. */
#define GATE_D       0.1
#define GATE_PSI     0.1 /* above what chance alone gives */
#define GATE_JS      0.1 /* base-2 distance, chance taken off */
#define GATE_G       0.2 /* |Hedges' g| */
#define GATE_V       0.1 /* Cramer's V */
#define GATE_MISSING 0.1 /* change of the share of missing values */

enum rule {
	RULE_DEFAULT, /* significant after adjustment, and material by a gate */
	RULE_SIMPLE,  /* KS p < .05 or PSI > .2 or JS (50 common bins) > .1 */
};

enum verdict_kind { VERDICT_INSUFFICIENT, VERDICT_NO_DRIFT, VERDICT_DRIFT };
/* "insufficient", "no_drift", "drift". */
const char *verdict_name(enum verdict_kind kind);

struct verdict {
	enum verdict_kind kind;
	bool significant, material; /* of the test that decided */
	bool values_moved;          /* the numbers drifted */
	bool missing_moved;         /* the share of missing values drifted */
	double values_q, missing_q; /* adjusted over all tests of the run; NAN where the test was
				       of no use */
};

/* Fills q of n verdicts from the usable tests of n analyses: one family. */
void verdict_adjust(enum adjustment how, const struct analysis *a, struct verdict *v, size_t n);

/* Decides one feature; v's q values must be there. */
void verdict_decide(const struct analysis *a, enum rule rule, double alpha, struct verdict *v);

/* One sentence in plain words, no full stop. */
void verdict_why(const struct analysis *a, enum rule rule, double alpha, const struct verdict *v,
		 struct buf *out);

#endif
