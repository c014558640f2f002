/*
 * The last touch to a command before it is executed: its mark, by which what it
 * started can be found, its executable, opened and compared with the plan's, and
 * its sandbox.
 */
#ifndef AIOPS_RUNBOOK_ARM_H
#define AIOPS_RUNBOOK_ARM_H

#include "aiops-runbook/engine/exec.h"

/* The variable that every command has; its value is RUN/N, the N-th attempt of the run. */
#define EXEC_MARK "AIOPS_ATTEMPT"

/*
 * x must have been built. Errors: EX_POLICY (the executable is not the planned one any more),
 * EX_UNREADABLE, EX_BADDATA (a path of its sandbox is not known). Whatever is returned:
 * exec_disarm.
 */
NODISCARD int exec_arm(struct exec *x, const struct plan *p, const struct bindings *b,
		       const struct cmd *c, const char *label, struct err *e);
void exec_disarm(struct exec *x);

#endif
