/*
 * Records about an incident for which there is no run: why there is none.
 */
#ifndef AIOPS_RUNBOOK_NOTICE_H
#define AIOPS_RUNBOOK_NOTICE_H

#include "aiops-runbook/runs/journal.h"
#include "base/err.h"
#include "base/span.h"

/*
 * A record of kind "notice" with the state blocked, in the audit log and then shown. runbook: the
 * name that was asked for, of any text. Errors: those of the store.
 */
NODISCARD int notice_blocked(struct journal *j, struct span incident, struct span runbook,
			     const char *reason, const char *why, struct err *e);

#endif
