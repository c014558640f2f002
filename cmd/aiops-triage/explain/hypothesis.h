/*
 * From what speaks for each suspect to at most three hypotheses, best first.
 */
#ifndef AIOPS_TRIAGE_HYPOTHESIS_H
#define AIOPS_TRIAGE_HYPOTHESIS_H

#include "aiops-triage/evidence/weights.h"
#include "aiops-triage/explain/answer.h"
#include "aiops-triage/explain/incident.h"
#include "aiops-triage/explain/suspect.h"

/* Fills a's type, hypotheses, confidence and rejected count. history is what past_index points
 * into. Sorts the suspects' evidence. */
void hypotheses_fuse(struct answer *a, struct suspects *ss, const struct incident *inc,
		     const struct history *history, const struct weights *weights);

#endif
