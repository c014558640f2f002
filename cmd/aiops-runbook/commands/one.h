/*
 * The one runbook that a command line names, planned with its parameters.
 */
#ifndef AIOPS_RUNBOOK_ONE_H
#define AIOPS_RUNBOOK_ONE_H

#include "aiops-runbook/commands/app.h"

struct one_runbook {
	struct runbook *rb;
	struct plan *plan;
};

/* Takes the operand, --param and --incident. Errors: EX_BADUSAGE (operands), those of
 * app_load_runbook and plan_make. */
NODISCARD int one_runbook_open(struct app *a, struct one_runbook *out, struct err *e);
void one_runbook_close(struct one_runbook *one);

/* run RUNBOOK: files the plan, or with --apply carries it out. The exit status; messages were
 * printed. */
int one_runbook_run(struct app *a);

#endif
