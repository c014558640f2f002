/*
 * What runs that go on may still do: set aside when they begin, so that of any
 * number of processes that begin together only as many are let in as the limits
 * have room for.
 */
#ifndef AIOPS_RUNBOOK_RESERVE_H
#define AIOPS_RUNBOOK_RESERVE_H

#include "aiops-runbook/plan/plan.h"
#include "aiops-runbook/runs/runstore.h"

/* Sets the plan's actions, undos and targets aside, in the transaction of the start. */
NODISCARD int reserve_actions(struct store *s, const struct plan *p, const struct run_row *run,
			      int64_t now_ns, struct err *e);
/* Gives back what is left, in the transaction that ends the run. A run without any: nothing. */
NODISCARD int reserve_release(struct store *s, const struct run_row *run, struct err *e);

/* What other runs of the runbook, begun after since_ns, have set aside and not yet used. */
NODISCARD int reserved_actions(struct store *s, const struct run_row *run, int64_t since_ns,
			       int64_t *out, struct err *e);
/* The same for the run's incident, of all runbooks, with what undoing may need. */
NODISCARD int reserved_for_incident(struct store *s, const struct run_row *run, int64_t *out,
				    struct err *e);
/* Those of them that destroy. */
NODISCARD int reserved_destructive(struct store *s, const struct run_row *run, int64_t *out,
				   struct err *e);
/* True in *out if another run of the runbook that goes on has the target. */
NODISCARD int reserved_target(struct store *s, const struct run_row *run, struct span target,
			      bool *out, struct err *e);

#endif
