/*
 * A plan: a runbook with its parameters filled in, everything resolved that can
 * be known before it runs, and a digest that changes when anything of it does.
 */
#ifndef AIOPS_RUNBOOK_PLAN_H
#define AIOPS_RUNBOOK_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "aiops-runbook/schema/model.h"
#include "aiops-runbook/schema/template.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/pool.h"
#include "base/span.h"
#include "proc/executable.h"
#include "record/jsonw.h"

#define PLAN_ID_LEN 21 /* PLAN- and 16 characters */

struct setting {
	struct span name, value;
};

/* Where parameters come from, in order of precedence. */
struct plan_input {
	const struct setting *given; /* --param: the operator */
	size_t n_given;
	bool skip_undeclared; /* a given name that this runbook does not declare is passed over */
	const struct setting *labels; /* of the incident, for `from` */
	size_t n_labels;
	const struct setting
		*proposed; /* by triage: only names that are declared, checked like all others */
	size_t n_proposed;
	struct span incident;  /* id, SPAN_NONE without one */
	const char *exec_path; /* where executables are looked for */
	const char *http;      /* the path of aiops-http; NULL: requests cannot be planned */
};

/* An executable that argv[0] stands for. */
struct executable {
	struct span name, path;
	char sha256[DIGEST_HEX + 1];
	struct exe_identity identity; /* compared again when it is executed */
};

/* What triage says for the plan; zeroed: nothing, and a person is asked (risk/policy.h). */
struct request {
	double confidence;       /* triage.confidence */
	struct span calibration; /* triage.calibration, borrowed */
	bool once;               /* not if a run of the runbook has begun for the incident */
};

struct plan {
	const struct runbook *rb; /* borrowed */
	struct request request;   /* of whoever asks, after plan_make; no part of the digest */
	struct pool pool;
	struct span *params;   /* values, in the runbook's order; no data: none */
	struct span *captures; /* not known before the run */
	struct bindings bind;  /* the incident is known, the run is not */
	struct executable *exes;
	size_t n_exes;
	struct span *targets; /* distinct, of the steps that act, in order */
	size_t n_targets;
	struct span concurrency_key;
	size_t actions, undos; /* steps that act; their undo commands */
	size_t finals;         /* those of actions that are in `always` */
	size_t destructive;    /* those of actions that destroy */
	bool needs_approval;   /* it acts, or its steps need one: automation may waive the first */
	bool steps_need_approval; /* by the runbook's own rule, approval.required_for */
	int64_t population;       /* how many targets there are in all; 0: not stated */
	struct span core;         /* canonical JSON: keys sorted, no white space */
	char digest[DIGEST_HEX +
		    1]; /* SHA-256 of core: without run, incident and time, which stay symbolic */
	char id[PLAN_ID_LEN + 1]; /* a short name for the digest */
};

/*
 * Makes the plan of a runbook that has no lint errors. Errors: EX_BADDATA (a parameter: unknown,
 * missing, wrong), EX_UNREADABLE and EX_POLICY (an executable), EX_POLICY (targets). Reads every
 * executable once to hash it.
 */
NODISCARD int plan_make(const struct runbook *rb, const struct plan_input *in, struct plan **out,
			struct err *e);
void plan_free(struct plan *p);

/* The executable of a command, never NULL for a command of the plan's runbook. */
const struct executable *plan_executable(const struct plan *p, const struct cmd *c);
/* plan_sandbox.c: what holds a command's sandbox. bubblewrap: NULL if it is not asked for, or not
 * installed. */
#define PLAN_BUBBLEWRAP "bwrap"
const struct executable *plan_bubblewrap(const struct plan *p, const struct cmd *c);
/* The words for what this machine cannot hold of it: how many. */
#define PLAN_MISSING 4
size_t plan_sandbox_missing(const struct plan *p, const struct cmd *c,
			    const char *out[PLAN_MISSING]);
/* EX_POLICY if it is required and cannot be held. */
NODISCARD int plan_check_sandbox(const struct plan *p, const struct cmd *c, struct err *e);
/* A step's target; SPAN_NONE if it has none. */
struct span plan_target(const struct plan *p, const struct step *s, struct pool *pool);

/* Whether a step is done, as far as its parameters say it; what only the run can know is unknown. A
 * step without a condition holds. */
enum plan_condition { PLAN_HOLDS, PLAN_FAILS, PLAN_UNKNOWN };
enum plan_condition plan_condition(const struct plan *p, const struct step *s);

/* plan_targets.c: targets, counts, population and concurrency key. Errors: EX_POLICY, EX_BADCONFIG.
 */
NODISCARD int plan_resolve_targets(struct plan *p, struct err *e);
/* plan_json_policy.c: its members approval, breaker, escalation and limits. */
void plan_write_policy(const struct plan *p, struct jsonw *w);
/* plan_json.c: writes the core. */
void plan_write_core(const struct plan *p, struct buf *out);
/* The name "PLAN-..." of a digest. */
void plan_name(char out[static PLAN_ID_LEN + 1], const struct digest *d);

#endif
