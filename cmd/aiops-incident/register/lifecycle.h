/*
 * The life of an incident: which state may follow which, and the severities
 * that people speak of. Pure.
 *
 *	detected -> investigating -> identified -> mitigating -> resolved -> post_mortem
 *
 * with escalated and false_positive from any open state, back among the open
 * ones as insight changes, and from the closed ones back to investigating (reopened).
 */
#ifndef AIOPS_INCIDENT_LIFECYCLE_H
#define AIOPS_INCIDENT_LIFECYCLE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"
#include "record/event.h"

enum status {
	STATUS_DETECTED,
	STATUS_INVESTIGATING,
	STATUS_IDENTIFIED,
	STATUS_MITIGATING,
	STATUS_ESCALATED,
	STATUS_RESOLVED,
	STATUS_FALSE_POSITIVE,
	STATUS_POST_MORTEM,
	STATUSES
};

/* "detected" ...: aiops-record(5)'s words. */
const char *status_name(enum status s);
/* STATUSES if s is none of them. */
enum status status_from_name(struct span s);

/* Somebody must still do something about it. */
bool status_is_open(enum status s);
/* Whether a person or a run may take it from one to the other; false for from == to. */
bool status_may_become(enum status from, enum status to);
/* Appends the states that may follow, "identified, mitigating, ..."; for messages. */
void status_add_allowed(struct buf *out, enum status from);

/* "SEV1" to "SEV4" for critical to low, info counting as SEV4; "SEV?" if it is not known. */
const char *severity_sev(enum severity s);
/* "critical", "sev2", "SEV2": SEVERITY_UNKNOWN if it is neither. */
enum severity severity_from_either(struct span s);

#endif
