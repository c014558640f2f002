/*
 * Telling a hook: a process with a deadline, for a webhook aiops-http. Whatever
 * comes of it changes nothing about a run; it is recorded.
 */
#ifndef AIOPS_RUNBOOK_DELIVER_H
#define AIOPS_RUNBOOK_DELIVER_H

#include "aiops-runbook/engine/exec.h"
#include "aiops-runbook/hooks/message.h"
#include "base/err.h"

/* After so many failures in a row a hook rests, so that it delays nobody. */
#define HOOK_FAILURES 2
#define HOOK_REST_MS  (60 * INT64_C(1000))

struct delivery {
	bool delivered;
	int64_t elapsed_ms; /* 0 if it was not tried */
	char why[300];      /* if not: in words, without any secret */
};

/* http: the path of aiops-http, NULL if it is not there. now_ms: ticks. */
void hook_deliver(struct hook *h, const struct notice *n, const struct exec_env *env,
		  const char *http, int64_t now_ms, struct delivery *out);

#endif
