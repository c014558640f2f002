/*
 * The commands of aiops-runbook and their options.
 */
#ifndef AIOPS_RUNBOOK_COMMANDS_H
#define AIOPS_RUNBOOK_COMMANDS_H

#include <stdbool.h>

#include "cli/cli.h"

enum authority { AUTHORITY_ADVISE, AUTHORITY_APPROVED, AUTHORITY_AUTO };
enum output_format { OUTPUT_AUTO, OUTPUT_NDJSON, OUTPUT_TEXT };

/* One struct for all commands: each has the options that mean something to it. */
struct options {
	int format;              /* enum output_format */
	int authority;           /* enum authority */
	const char *runbooks;    /* the folder of runbooks; NULL: see app_runbooks */
	const char *path;        /* where executables are looked for */
	struct opt_texts params; /* NAME=VALUE */
	const char *incident, *plan;
	bool apply, check, no_store, list_rules;
	const char *as, *key, *reason, *out;
};

int lint_run(struct cli *c);
int plan_run(struct cli *c);
int run_run(struct cli *c);
int approve_run(struct cli *c);
int deny_run(struct cli *c);
int approvals_run(struct cli *c);
int status_run(struct cli *c);
int list_run(struct cli *c);
int keygen_run(struct cli *c);

#endif
