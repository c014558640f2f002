/*
 * Whom a run's record calls, by the plan that stands in the store.
 */
#ifndef AIOPS_RUNBOOK_ESCALATE_H
#define AIOPS_RUNBOOK_ESCALATE_H

#include "aiops-runbook/runs/runstore.h"
#include "record/jsonw.h"

/* Writes the member `escalation` if the plan of the run calls somebody for the cause. A plan that
 * cannot be read calls nobody. */
void escalate_write(const struct run_row *run, const char *cause, struct jsonw *w);

#endif
