/*
 * What an operator says about the machinery, not about one run: a change in the
 * store and its audit record (kind notice) in one transaction, shown once both
 * are durable.
 */
#ifndef AIOPS_RUNBOOK_OPERATOR_H
#define AIOPS_RUNBOOK_OPERATOR_H

#include "aiops-runbook/commands/app.h"

struct operator_act {
	const char *about;        /* breaker, pause */
	struct span scope, name;  /* of the breaker, or the runbook; SPAN_NONE: left out */
	const char *from, *state; /* words; from NULL: not known */
	struct span words;        /* of the operator; SPAN_NONE: none */
};

/* Makes the change in the open transaction; it may fill in the act. -1: nothing is done. */
typedef int operator_fn(void *ctx, struct operator_act *act, struct err *e);

/* Opens the store, begins, changes, audits, commits, shows. */
NODISCARD int operator_acts(struct app *a, struct operator_act *act, operator_fn *fn, void *ctx,
			    struct err *e);

/* A line of a listing, without its newline: text made safe for a terminal, or JSON as it is. */
void operator_list(struct app *a, struct span line);

#endif
