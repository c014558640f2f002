/*
 * Runs, attempts and approvals in the store (migrations 20 to 29). Nothing here
 * begins or ends a transaction: the caller puts the rows and the audit record of
 * a transition into one.
 *
 * The states are those of aiops-runbook(5):
 *
 *	run      planned, awaiting_approval, running, verifying, rolling_back, and the final
 *	         succeeded, failed, rolled_back, rollback_partial, needs_operator, cancelled,
 *expired, blocked attempt  intent, started, done, failed, unknown
 */
#ifndef AIOPS_RUNBOOK_RUNSTORE_H
#define AIOPS_RUNBOOK_RUNSTORE_H

#include <stdbool.h>
#include <stdint.h>

#include "aiops-runbook/plan/plan.h"
#include "base/env.h"
#include "base/err.h"
#include "base/pool.h"
#include "base/span.h"
#include "proc/proc.h"
#include "store/store.h"

#define RUN_ID_LEN 20        /* RUN- or APR- and 16 characters */
#define RUN_NEVER  INT64_MIN /* a time that has not come */

enum run_state {
	RUN_PLANNED,
	RUN_AWAITING,
	RUN_RUNNING,
	RUN_VERIFYING,
	RUN_ROLLING_BACK,
	RUN_SUCCEEDED,
	RUN_FAILED,
	RUN_ROLLED_BACK,
	RUN_ROLLBACK_PARTIAL,
	RUN_NEEDS_OPERATOR,
	RUN_CANCELLED,
	RUN_EXPIRED,
	RUN_BLOCKED,
};
extern const char *const run_state_names[];
bool run_state_is_final(enum run_state s);
/* Running, verifying or rolling back: somebody must be at it. */
bool run_state_is_active(enum run_state s);

/* One row of aiops_run; the texts belong to the pool it was read into. */
struct run_row {
	char id[RUN_ID_LEN + 1];
	struct span runbook, runbook_digest, plan_id, plan_digest, plan, incident, key, requester,
		reason;
	enum run_state state;
	bool needs_approval, check; /* check: a rehearsal, which is no run in the sense below */
	int64_t n;                  /* records written so far: the next one is #n+1 */
	int64_t attempts;           /* rows in aiops_attempt */
	int64_t created_ns, request_expires_ns, expires_in_ms, min_approvals;
	int64_t started_ns, ended_ns; /* RUN_NEVER */
	struct proc_identity runner;  /* pid 0: none yet */
};

struct attempt_row {
	int64_t n; /* within the run, from 1 */
	struct span step;
	const char *role; /* precondition, step, check, verify, always, rollback */
	int64_t attempt;  /* which try of it, from 1 */
	enum effect effect;
	struct span target;
	bool counts; /* against the limits */
	char argv_sha256[DIGEST_HEX + 1];
};

/* Opens the store for writing, with the audit log's tables and these. */
NODISCARD int runstore_open(const char *path, struct store **out, struct err *e);

/* ---- runs ---- */
NODISCARD int run_insert(struct store *s, const struct run_row *r, struct err *e);
/* Keeps a runbook's text under its digest, so that what was approved can be read later. */
NODISCARD int run_keep_source(struct store *s, const struct runbook *rb, int64_t now_ns,
			      struct err *e);
/* Writes state, reason, attempts, times and runner. For whoever holds the run's lock, or has read
 * the row in the same transaction. */
NODISCARD int run_update(struct store *s, const struct run_row *r, struct err *e);
/* Adds 1 to n, as it stands in the store, and reads it into r: others may have recorded a refusal
 * meanwhile. */
NODISCARD int run_count_record(struct store *s, struct run_row *r, struct err *e);
/* 1 found, 0 not, -1 error. */
NODISCARD int run_by_id(struct store *s, struct span id, struct pool *pool, struct run_row *out,
			struct err *e);
/* The newest run of this plan for this incident (SPAN_NONE: without one) that has not begun. 1, 0,
 * -1. */
NODISCARD int run_waiting(struct store *s, struct span plan_digest, struct span incident,
			  struct pool *pool, struct run_row *out, struct err *e);
/* The newest run of this plan for this incident, unless it was blocked before it was filed. 1, 0,
 * -1. */
NODISCARD int run_newest(struct store *s, struct span plan_digest, struct span incident,
			 struct pool *pool, struct run_row *out, struct err *e);
/* The newest run of a runbook for an incident that has begun, however it ended. 1, 0, -1. */
NODISCARD int run_begun(struct store *s, struct span runbook, struct span incident,
			struct pool *pool, struct run_row *out, struct err *e);
/* Calls fn for each run, oldest first: state < 0 all; -1 from fn stops. */
typedef int run_fn(void *ctx, const struct run_row *r, struct err *e);
NODISCARD int run_each(struct store *s, int state, struct pool *pool, run_fn *fn, void *ctx,
		       struct err *e);

/* ---- attempts ---- */
NODISCARD int attempt_insert(struct store *s, const struct run_row *run,
			     const struct attempt_row *a, int64_t now_ns, struct err *e);
NODISCARD int attempt_started(struct store *s, const struct run_row *run, int64_t n,
			      const struct proc_identity *who, int64_t now_ns, struct err *e);
/* result may be NULL: it could not be started. */
NODISCARD int attempt_ended(struct store *s, const struct run_row *run, int64_t n,
			    const char *state, const struct proc_result *result, int64_t now_ns,
			    struct err *e);
/* Why it is in its state, and when it goes on or is tried again (RUN_NEVER). */
NODISCARD int attempt_note(struct store *s, const struct run_row *run, int64_t n,
			   const char *reason, int64_t due_ns, struct err *e);
NODISCARD int capture_insert(struct store *s, const struct run_row *run, struct span name,
			     struct span value, struct err *e);

/* The last attempt of a run, for saying what is known of a run whose runner is gone. 1, 0, -1. */
struct last_attempt {
	struct span step, role, state;
	struct proc_identity child;
};
NODISCARD int attempt_last(struct store *s, const char *run, struct pool *pool,
			   struct last_attempt *out, struct err *e);

/* ---- counting, for limits ---- */
/* Acting attempts of a runbook whose intent is later than since_ns. */
NODISCARD int count_actions(struct store *s, struct span runbook, int64_t since_ns, int64_t *out,
			    struct err *e);
/* Acting attempts (undo included) for an incident, of all runbooks. */
NODISCARD int count_incident(struct store *s, struct span incident, int64_t *out, struct err *e);
/* Those of them that destroy, undoing left out. */
NODISCARD int count_destructive(struct store *s, struct span incident, int64_t *out, struct err *e);
/* Runs of the runbook that failed since its last success; rehearsals, and what people ended, left
 * out. */
NODISCARD int count_failures(struct store *s, struct span runbook, int64_t *out, struct err *e);
/* When another run of the runbook last acted on the target; RUN_NEVER. */
NODISCARD int last_action_on(struct store *s, struct span runbook, struct span target,
			     const char *not_run, int64_t *out, struct err *e);

/* "RUN-..." or "APR-..." from fresh randomness. */
void new_id(char out[static RUN_ID_LEN + 1], const char *prefix, const struct env *env);

#endif
