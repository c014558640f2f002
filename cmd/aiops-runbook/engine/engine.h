/*
 * The engine: takes an admitted run through its preconditions, steps,
 * verification, rollback and `always`, one durable transition after another.
 */
#ifndef AIOPS_RUNBOOK_ENGINE_H
#define AIOPS_RUNBOOK_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "aiops-runbook/engine/exec.h"
#include "aiops-runbook/plan/plan.h"
#include "aiops-runbook/runs/approval.h"
#include "aiops-runbook/runs/journal.h"

/* The tool's own answers (aiops-runbook(1)). */
enum run_exit {
	RUN_EXIT_ROLLED_BACK = 1, /* failed, and nothing of it is left */
	RUN_EXIT_PARTIAL = 10,    /* rolled back in part, or rolled back and not as before */
	RUN_EXIT_OPERATOR = 11,   /* a person must look */
	RUN_EXIT_UNVERIFIED = 12, /* verification failed, nothing to roll back */
};

/* What the engine works with; everything is borrowed. */
struct engine_input {
	struct journal *journal;
	const struct plan *plan;
	struct run_row *run; /* running: admitted by start_run */
	const struct exec_env *env;
	bool check;                /* only rehearse: reads and dry runs */
	const volatile bool *stop; /* SIGINT or SIGTERM came: end the running step, roll back */
	const char *stop_reason;   /* what *stop means; NULL: interrupted */
	bool resume;               /* an earlier runner began it */
};

/*
 * Runs to a final state, which is in run->state. *exit is the exit status, without signals. -1: the
 * store failed (EX_IO, EX_TRYLATER): nothing was done after that, and the run is left where its
 * last durable record says.
 */
NODISCARD int engine_run(const struct engine_input *in, int *exit, struct err *e);

#endif
