/*
 * The commands of aiops-runbook and their options.
 */
#ifndef AIOPS_RUNBOOK_COMMANDS_H
#define AIOPS_RUNBOOK_COMMANDS_H

#include <stdbool.h>

#include "aiops-runbook/runs/site.h"
#include "cli/cli.h"

/* The last two are for lint alone. */
enum output_format { OUTPUT_AUTO, OUTPUT_NDJSON, OUTPUT_TEXT, OUTPUT_SARIF, OUTPUT_GITHUB };

/* Of `test`. */
enum test_format { TEST_TEXT, TEST_NDJSON, TEST_TAP };

/* One struct for all commands: each has the options that mean something to it. */
struct options {
	int format;       /* enum output_format */
	int test_format;  /* enum test_format */
	int profile;      /* enum lint_profile (lint/lint.h) */
	int authority;    /* enum authority (runs/site.h) */
	const char *zone; /* whose working hours count */
	bool first_step;
	double auto_above;
	int64_t actions_per_hour, approval_open, breaker_failures, breaker_open;
	struct opt_texts without; /* approve: steps to leave out */
	const char *runbooks;     /* the folder of runbooks; NULL: see app_runbooks */
	const char *path;         /* where executables are looked for */
	const char *effects;      /* a folder of tables; NULL: the installed ones alone */
	struct opt_texts params;  /* NAME=VALUE */
	const char *incident, *plan;
	bool apply, check, no_store, list_rules;
	bool accept_changed;                                             /* resume */
	bool list;                                                       /* pause: what is paused */
	const char *explain, *baseline, *write_baseline, *changed_since; /* lint, as are these: */
	bool warnings_as_errors, print_schema;
	const char *as, *key, *reason, *out;
};

int lint_run(struct cli *c);
int plan_run(struct cli *c);
int run_run(struct cli *c);
int approve_run(struct cli *c);
int deny_run(struct cli *c);
int approvals_run(struct cli *c);
int status_run(struct cli *c);
int resume_run(struct cli *c);
int cancel_run(struct cli *c);
int list_run(struct cli *c);
int keygen_run(struct cli *c);
int breaker_run(struct cli *c);
int pause_run(struct cli *c);
int unpause_run(struct cli *c);
int test_run(struct cli *c);
int new_run(struct cli *c);
int show_run(struct cli *c);

#endif
