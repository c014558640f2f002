/*
 * The answer to one incident, from what is known: signatures, history, runbooks,
 * and the records around it. No clock, no files but the index.
 */
#ifndef AIOPS_TRIAGE_DECIDE_H
#define AIOPS_TRIAGE_DECIDE_H

#include "aiops-triage/evidence/telemetry.h"
#include "aiops-triage/evidence/weights.h"
#include "aiops-triage/explain/answer.h"
#include "aiops-triage/explain/incident.h"
#include "aiops-triage/knowledge/choice.h"
#include "aiops-triage/knowledge/runbooks.h"
#include "aiops-triage/knowledge/signature.h"
#include "aiops-triage/past/index.h"
#include "aiops-triage/past/past.h"
#include "base/err.h"

struct knowledge {
	struct signatures signatures;
	struct history history;
	struct index *index;       /* NULL without past incidents */
	int64_t index_ns;          /* when it was last written */
	size_t past_skipped;       /* what was no past incident */
	struct embedder *embedder; /* NULL: words alone */
	struct runbooks runbooks;
	struct shelf shelf;             /* the runbooks' words */
	struct weights weights;         /* of the sources of evidence */
	bool has_history, has_runbooks; /* they were asked for, empty or not */
};

/* Fills the zeroed a; its spans are borrowed from k, t and inc. index_age_s is passed on (-1: no
 * index). The caller releases with answer_release. Errors: EX_SYSTEM (the index). */
NODISCARD int decide(struct answer *a, const struct knowledge *k, struct telemetry *t,
		     const struct incident *inc, int64_t index_age_s, struct err *e);

#endif
