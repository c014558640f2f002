/*
 * The plan of a run on file, made again from what the store kept of it: the text
 * that was approved and the values that it was approved with.
 */
#ifndef AIOPS_RUNBOOK_REMAKE_H
#define AIOPS_RUNBOOK_REMAKE_H

#include "aiops-runbook/commands/app.h"
#include "aiops-runbook/runs/recovery.h"

struct remade {
	struct runbook *rb;
	struct plan *plan;
	/* What is not as it was approved, in words; empty: nothing. A runbook's file that says
	 * something else now, or an executable or input file with another content. */
	char changed[600];
};

/* Errors: EX_UNREADABLE (the run is of an earlier version; an executable is gone), EX_BADCONFIG,
 * those of plan_make. */
NODISCARD int remake_plan(struct app *a, const struct run_row *run, struct remade *out,
			  struct err *e);
void remake_release(struct remade *m);

/*
 * Goes on with a run whose runner is gone. undo_only: takes no step that is not begun, undoes what
 * was done, for that reason (a word for the records). The exit status, messages were printed.
 */
int remake_and_run(struct app *a, struct run_row *run, bool accept_changed, const char *undo_only);

#endif
