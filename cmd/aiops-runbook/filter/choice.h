/*
 * What a triaged incident says of the runbook that was chosen for it. A choice
 * is a proposal: names and values are checked again by whoever plans it.
 */
#ifndef AIOPS_RUNBOOK_CHOICE_H
#define AIOPS_RUNBOOK_CHOICE_H

#include <stdbool.h>

#include "aiops-runbook/plan/plan.h"
#include "base/pool.h"
#include "record/record.h"

struct choice {
	struct span incident, id; /* id: of the runbook */
	struct span digest;       /* of the runbook that triage looked at; SPAN_NONE: not said */
	struct setting *labels, *proposed;
	size_t n_labels, n_proposed;
	struct request request; /* how sure triage is */
};

/* True for an incident that is going on and for which triage chose a runbook that may be planned.
 */
bool choice_is_there(const struct record *r);

/* Reads it; texts belong to pool. */
void choice_read(const struct record *r, struct pool *pool, struct choice *out);

#endif
