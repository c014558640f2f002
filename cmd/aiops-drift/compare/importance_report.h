/*
 * What importance says: a record of kind drift, or a row of a table, for each feature
 * with a target; one for two lists of importances.
 */
#ifndef AIOPS_DRIFT_IMPORTANCE_REPORT_H
#define AIOPS_DRIFT_IMPORTANCE_REPORT_H

#include <math.h>
#include <stdbool.h>

#include "aiops-drift/compare/answer.h"
#include "base/buf.h"
#include "base/instant.h"
#include "stats/adjust.h"
#include "stats/relation.h"

#define GATE_RHO  0.1  /* surely a change of Spearman's rho by so much */
#define GATE_AUC  0.05 /* of the area under the curve */
#define GATE_NDCG 0.9  /* lists whose order is less alike have shifted */

struct moved {
	const char *feature; /* borrowed */
	bool binary;         /* AUC, else Spearman's rho */
	struct relation ref, cur;
	uint64_t incomplete[2]; /* records without a number there, reference and current */
	double p, q;            /* q NAN: not tested */
	double at_least;        /* lower end of the change's interval */
	bool significant, material, drift;
};

/* Have both windows a relation? */
bool moved_known(const struct moved *m);
/* From q; sets the last four. */
void moved_decide(struct moved *m, double alpha);

struct span moved_heading(void);
void moved_write(const struct moved *m, const char *target, double alpha, struct instant at,
		 bool for_people, struct buf *out);

/* Two lists of importances, none of which may be there. 1 if the order shifted, else 0. */
int lists_write(const struct answer *ref, const struct answer *cur, struct instant at,
		bool for_people, struct buf *out);

#endif
