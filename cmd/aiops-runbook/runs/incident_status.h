/*
 * What the state of a run means for its incident. Pure.
 */
#ifndef AIOPS_RUNBOOK_INCIDENT_STATUS_H
#define AIOPS_RUNBOOK_INCIDENT_STATUS_H

/*
 * A status word of incidents (aiops-record(5)): mitigating while it runs, resolved only when its
 * verification said so, escalated when it ended otherwise. NULL: the status stays as it is. reason
 * may be NULL.
 */
const char *incident_status_of(const char *state, const char *reason);

#endif
