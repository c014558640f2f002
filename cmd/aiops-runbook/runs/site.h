/*
 * What the site says about runs, whatever a runbook says: who may approve, what
 * may happen without a person, and the limits of runbooks that set none.
 */
#ifndef AIOPS_RUNBOOK_SITE_H
#define AIOPS_RUNBOOK_SITE_H

#include <stdbool.h>
#include <stdint.h>

#include "aiops-runbook/runs/key.h"
#include "aiops-runbook/schema/model.h"
#include "base/err.h"
#include "base/zone.h"

/* What runs may do here, the least first. */
enum authority {
	AUTHORITY_ADVISE,   /* plans only */
	AUTHORITY_APPROVED, /* what a person approved */
	AUTHORITY_AUTO,     /* also what policy_decide lets through without a person */
};

struct site {
	struct approvers approvers;
	bool allow_self; /* who asks may approve: a site of one person. From the configuration file
			    only, never from a runbook, and recorded each time */
	enum authority authority;
	bool first_step;   /* auto: only the first step that acts; then a person */
	double auto_above; /* auto: only above this confidence, SITE_AUTO_LEAST or more */
	struct zone zone;  /* whose working hours count */
	/* For runbooks that set none of their own. */
	int64_t max_actions_per_hour, approval_open_ms, breaker_failures, breaker_open_ms;
};

#define SITE_AUTO_ABOVE 0.99
#define SITE_AUTO_LEAST 0.95 /* below it a person decides always */

/* Fills in what a runbook leaves to its site. Before it is planned: the plan states what holds. */
void site_fill_defaults(const struct site *s, struct runbook *rb);
void site_release(struct site *s);

#endif
