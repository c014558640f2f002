/*
 * Going on with a run on file: its plan is made again from what the store kept of it,
 * the text that was approved and the values that it was approved with.
 */
#ifndef AIOPS_RUNBOOK_REMAKE_H
#define AIOPS_RUNBOOK_REMAKE_H

#include "aiops-runbook/commands/app.h"
#include "aiops-runbook/runs/runstore.h"

/*
 * Goes on with a run whose runner is gone. undo_only: takes no step that is not begun, undoes what
 * was done, for that reason (a word for the records). The exit status, messages were printed.
 */
int remake_and_run(struct app *a, struct run_row *run, bool accept_changed, const char *undo_only);

#endif
