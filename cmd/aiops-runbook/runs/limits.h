/*
 * What a run may do by its runbook's limits, counted in the transaction that
 * begins to do it. A count that is missing refuses.
 */
#ifndef AIOPS_RUNBOOK_LIMITS_H
#define AIOPS_RUNBOOK_LIMITS_H

#include "aiops-runbook/plan/plan.h"
#include "aiops-runbook/runs/journal.h"
#include "aiops-runbook/runs/refusal.h"

/*
 * May the run begin? All of its actions must fit: rate (rate_limited), cooldown of its targets
 * (cooldown), steps and destructive ones per incident, the first with the undo's share held back
 * (budget_exhausted).
 * 0 yes, 1 no: *why, -1 error. Inside a transaction.
 */
NODISCARD int limits_admit_run(struct journal *j, const struct plan *p, const struct run_row *run,
			       struct refusal *why, struct err *e);

/* May one more step of it act? More than was set aside at the start, a repetition, needs room
 * beside what `always` will need; and an operator may have paused it (paused). Steps of `always`,
 * and undoing, were let in with the run: they are counted, and never asked about. */
NODISCARD int limits_admit_step(struct journal *j, const struct plan *p, const struct run_row *run,
				enum effect effect, struct refusal *why, struct err *e);

#endif
