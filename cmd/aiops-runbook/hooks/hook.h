/*
 * Notification hooks, as the site's configuration has them: who is told when an
 * approval is pending, a run failed, needs a person, or has succeeded.
 *
 *	hooks:
 *	  - name: chat
 *	    on: [pending_approval, failed, needs_person, succeeded]
 *	    webhook: slack            # slack, pagerduty or generic
 *	    url_file: /etc/aiops/slack-url
 *	  - name: log
 *	    on: [needs_person]
 *	    command: [/usr/local/bin/tell, --urgent]
 */
#ifndef AIOPS_RUNBOOK_HOOK_H
#define AIOPS_RUNBOOK_HOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/pool.h"
#include "base/span.h"
#include "yaml/yaml.h"

enum hook_event { HOOK_PENDING, HOOK_FAILED, HOOK_NEEDS_PERSON, HOOK_SUCCEEDED, HOOK_EVENTS };
extern const char *const hook_event_names[]; /* NULL-terminated */

enum hook_kind { HOOK_COMMAND, HOOK_GENERIC, HOOK_SLACK, HOOK_PAGERDUTY };

#define HOOK_TIMEOUT_MS     (5 * INT64_C(1000))
#define HOOK_TIMEOUT_MAX_MS (60 * INT64_C(1000))

struct hook {
	struct span name;
	bool on[HOOK_EVENTS];
	enum hook_kind kind;
	const char *const *argv; /* HOOK_COMMAND, NULL-terminated */
	struct span url, url_file, bearer_file, routing_key_file, ca_file; /* of a webhook */
	bool plain_secret;
	int64_t timeout_ms;
	/* A hook that fails again and again is left alone for a while, so that it delays nobody. */
	int failures; /* in a row */
	int64_t rest_until_ms;
};

struct hooks {
	struct hook *items;
	size_t n;
	struct pool pool;
};

/*
 * Reads the list; n NULL: none. Texts are borrowed from the node. Errors: EX_BADCONFIG with
 * position. Release out in any case.
 */
NODISCARD int hooks_load(const struct yaml_node *n, struct hooks *out, struct err *e);
void hooks_release(struct hooks *h);

#endif
