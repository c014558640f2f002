/*
 * Lint: a runbook checked against every rule.
 */
#ifndef AIOPS_RUNBOOK_LINT_H
#define AIOPS_RUNBOOK_LINT_H

#include "aiops-runbook/schema/finding.h"
#include "aiops-runbook/schema/model.h"

/* Which rules are asked; each profile has those of the one before it. */
enum lint_profile {
	LINT_MIN,  /* what does not load, or not as it was meant */
	LINT_SAFE, /* what must hold before anything is run */
	LINT_AI,   /* what must hold where no person chose it: always asked where ai_executable is
		      true */
	LINT_PROD, /* what belongs to a runbook that is kept */
};
extern const char *const lint_profile_names[];

struct effects; /* effects/effects.h */

/* What rules may look at beside the runbook. */
struct lint_terms {
	enum lint_profile profile;
	int64_t now_ns;                /* for what expires */
	const char *exec_path;         /* directories that executables come from; NULL: any */
	const struct effects *effects; /* what tools do; NULL: it is not asked */
	enum lint_profile asked;       /* set by lint_runbook: the profile before ai_executable */
};

/*
 * Runs the rules over a model (NULL: it could not be made) whose reading filled f. Findings of
 * rules outside the profile are taken out, suppressions in the file are honoured (suppress.h),
 * and what is left is in order of position.
 */
void lint_runbook(const struct runbook *rb, const struct lint_terms *t, struct findings *f);

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
	const struct step *step; /* that it belongs to; NULL: a probe's */
	bool acts;               /* by its own words it does more than read */
};
typedef void command_fn(void *ctx, const struct command_use *use);
void lint_each_command(const struct runbook *rb, command_fn *fn, void *ctx);

#endif
