/*
 * Lint: a runbook checked against every rule.
 */
#ifndef AIOPS_RUNBOOK_LINT_H
#define AIOPS_RUNBOOK_LINT_H

#include "aiops-runbook/schema/finding.h"
#include "aiops-runbook/schema/model.h"

/* Runs the rules over a model; findings end up in order of position. */
void lint_runbook(const struct runbook *rb, struct findings *f);

/* Every template of a runbook, for the rules that look at all of them. */
enum template_role {
	ROLE_ARGV, /* an element of argv; index says which */
	ROLE_ENV,
	ROLE_TARGET,
	ROLE_VALUE, /* what an output is compared with */
	ROLE_DURATION,
	ROLE_MESSAGE,
	ROLE_KEY,       /* concurrency_key */
	ROLE_URL,       /* of a request, as are the next three */
	ROLE_HEADER,    /* index says which of the command's http->headers */
	ROLE_BODY,      /* a value in it */
	ROLE_SECRET,    /* names a credential */
	ROLE_CONDITION, /* `when` */
};
struct template_use {
	const struct template *t;
	enum template_role role;
	const struct cmd *command; /* of argv and env; else NULL */
	size_t index;
	size_t captures_from; /* captures of steps before this one are known here */
};
typedef void template_fn(void *ctx, const struct template_use *use);
void lint_each_template(const struct runbook *rb, template_fn *fn, void *ctx);

/* Every command: of steps, probes, undo, checks, dry runs. what: "step 'restart'". */
struct command_use {
	const struct cmd *command;
	const char *what; /* "step", "precondition", "rollback of", ... */
	struct span id;
};
typedef void command_fn(void *ctx, const struct command_use *use);
void lint_each_command(const struct runbook *rb, command_fn *fn, void *ctx);

#endif
