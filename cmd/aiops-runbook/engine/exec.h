/*
 * Running one command of a plan: its words, its clean environment, its deadline.
 */
#ifndef AIOPS_RUNBOOK_EXEC_H
#define AIOPS_RUNBOOK_EXEC_H

#include "aiops-runbook/plan/plan.h"
#include "base/err.h"
#include "proc/proc.h"

/* What every command gets beside its own variables. */
struct exec_env {
	const char *path; /* PATH */
	const char *home; /* of the user who runs it, from the user database */
	const char *(*variable)(
		const char *name); /* of our own environment, for secrets named env:NAME */
};

struct confinement;

/* A command with everything filled in; freed by exec_release. */
struct exec {
	struct proc_spec spec;
	char **argv, **envp;
	size_t argc, envc;
	struct buf request;               /* what aiops-http reads; empty for a command */
	struct confinement *confined;     /* of exec_arm (arm.h) */
	char argv_sha256[DIGEST_HEX + 1]; /* of the words, each followed by NUL */
};

/*
 * Fills in the words and the environment. timeout_ms: at most the command's own. Errors:
 * EX_BADDATA (a value is not known: {{old_limit}}; a URL that may not be asked), EX_UNREADABLE,
 * EX_POLICY (a secret, a host).
 */
NODISCARD int exec_build(struct exec *x, const struct plan *p, const struct bindings *b,
			 const struct cmd *c, const struct exec_env *env, int64_t timeout_ms,
			 struct err *e);
void exec_release(struct exec *x);

#endif
