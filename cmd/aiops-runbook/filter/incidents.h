/*
 * run as a filter: triaged incidents come in and pass on byte for byte; the plan
 * or the run records of each that carries a choice of runbook follow it.
 */
#ifndef AIOPS_RUNBOOK_INCIDENTS_H
#define AIOPS_RUNBOOK_INCIDENTS_H

#include "aiops-runbook/commands/app.h"

/* The exit status; messages were printed. */
int incidents_run(struct app *a);

#endif
