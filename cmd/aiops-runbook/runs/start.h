/*
 * The beginning of a run: filing what is to be approved, and admission.
 */
#ifndef AIOPS_RUNBOOK_START_H
#define AIOPS_RUNBOOK_START_H

#include "aiops-runbook/plan/plan.h"
#include "aiops-runbook/runs/approval.h"
#include "aiops-runbook/runs/journal.h"
#include "aiops-runbook/runs/runlock.h"

/*
 * Puts a plan on file as a run that waits: awaiting_approval, or planned if it needs none. An
 * identical plan for the same incident that waits already is taken up again, with its approvals.
 * Emits a record of kind "plan" with everything that is resolved. *out's texts belong to pool.
 * approved: an approval that can be used stands in the store.
 */
NODISCARD int file_plan(struct journal *j, const struct plan *p, const struct site *site,
			struct pool *pool, struct run_row *out, bool *approved, struct err *e);

/*
 * Takes a waiting run to `running`: its lock taken, approvals used up, limits counted, all in one
 * transaction. 0: admitted (drop the lock when it is over); 1: refused and recorded, *why; -1:
 * error.
 */
NODISCARD int start_run(struct journal *j, const char *db, const struct plan *p,
			const struct site *site, struct pool *pool, struct run_row *run,
			struct run_lock *lock, struct refusal *why, struct err *e);

/* Puts a rehearsal on file as a run that goes on at once: it changes nothing, so it needs neither
 * approval nor limits. */
NODISCARD int start_check(struct journal *j, const struct plan *p, struct pool *pool,
			  struct run_row *out, struct err *e);

/* Records that an apply was refused before there was a waiting run: a run that ends as blocked. */
NODISCARD int refuse_run(struct journal *j, const struct plan *p, const char *reason,
			 struct pool *pool, struct err *e);

#endif
