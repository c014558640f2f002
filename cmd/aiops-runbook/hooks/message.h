/*
 * What a notification says. Pure.
 */
#ifndef AIOPS_RUNBOOK_MESSAGE_H
#define AIOPS_RUNBOOK_MESSAGE_H

#include <stdint.h>

#include "aiops-runbook/hooks/hook.h"
#include "base/buf.h"
#include "base/span.h"

/* What there is to tell; texts may be SPAN_NONE. */
struct notice {
	enum hook_event event;
	struct span run, runbook, incident, plan, plan_digest, state, reason;
	struct span notify;     /* whom the runbook wants called */
	struct span targets;    /* "a, b" */
	struct span expires_at; /* of a request for approval */
	struct span db;         /* where the run is on file */
	int64_t elapsed_ms;     /* of a run that has ended; -1: not known */
};

/* One line for people. Of a pending approval with the exact command that approves it. */
void message_text(const struct notice *n, struct buf *out);
/* The JSON object: for commands on standard input, and the body of a generic webhook. */
void message_json(const struct notice *n, struct buf *out);
/* Slack's incoming webhook: {"text": ...}, escaped as Slack wants it. */
void message_slack(const struct notice *n, struct buf *out);
/* PagerDuty's Events API v2: trigger, and resolve of the same run. */
void message_pagerduty(const struct notice *n, struct span routing_key, struct buf *out);

/* "aiops-runbook approve RUN-... --db FILE", as a shell reads it. */
void message_command(const struct notice *n, const char *verb, struct buf *out);

#endif
