/*
 * The breaker of a runbook: asked in the transaction that begins a run, told in
 * the one that ends it. Its rows are those of store/breaker_rows.h, scope "runbook".
 */
#ifndef AIOPS_RUNBOOK_TRIP_H
#define AIOPS_RUNBOOK_TRIP_H

#include "aiops-runbook/runs/journal.h"
#include "aiops-runbook/runs/refusal.h"
#include "breaker/breaker.h"

#define BREAKER_SCOPE_RUNBOOK "runbook"

/* What a plan's core says of the breaker; site defaults where it says nothing. lease_ms of a trial:
 * max_duration and as much again for undoing. Errors: EX_BADDATA. */
NODISCARD int trip_policy(struct span core, struct breaker_policy *out, struct err *e);

/* Inside the transaction that starts the run. 0: it may; 1: it may not (reason breaker_open): *why;
 * -1: error. */
NODISCARD int trip_admit(struct journal *j, const struct run_row *run, struct refusal *why,
			 struct err *e);

/* After that transaction was given up because of breaker_open: keeps, in one of its own, what time
 * has done to the breaker. A trial whose runner is gone opens it again: a record, kind `notice`. */
NODISCARD int trip_refused(struct journal *j, struct run_row *run, struct err *e);

/* Inside the transaction that gives the run a final state: what came of it. A run that was not
 * admitted, or was settled before, changes nothing. Opening is a record of its own, kind
 * `notice`. */
NODISCARD int trip_settle(struct journal *j, struct run_row *run, struct err *e);

#endif
