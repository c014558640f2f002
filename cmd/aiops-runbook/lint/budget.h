/*
 * How long a run may take at worst, step after step.
 */
#ifndef AIOPS_RUNBOOK_BUDGET_H
#define AIOPS_RUNBOOK_BUDGET_H

#include "aiops-runbook/schema/model.h"

/* Milliseconds: every deadline reached, every attempt used, every wait and poll to its end. What
 * depends on a value that is not known counts nothing, and so do undo and `always`, which are not
 * bounded by max_duration. Pure. */
int64_t budget_longest_ms(const struct runbook *rb, const struct bindings *b);
/* The same with the defaults of the parameters. */
int64_t budget_longest_by_defaults_ms(const struct runbook *rb);

#endif
