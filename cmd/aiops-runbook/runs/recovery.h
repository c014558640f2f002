/*
 * What the store keeps so that a run can be taken up by another process: where
 * its runbook came from, its parameters, what was decided and what was asked of
 * it, and how often it was taken up already.
 */
#ifndef AIOPS_RUNBOOK_RECOVERY_H
#define AIOPS_RUNBOOK_RECOVERY_H

#include "aiops-runbook/runs/runstore.h"

/* One row of aiops_recovery; texts belong to the pool it was read into. */
struct recovery {
	struct span path; /* of the runbook's file, as absolute as it was named */
	/* How the run will end, decided before its `always` steps. */
	struct span ending_reason;
	bool decided;
	enum run_state ending;
	int64_t ending_exit;
	struct span cancel_by, cancel_reason; /* SPAN_NONE: nobody asked */
	int64_t resumes;                      /* since it last got anywhere */
	struct span mark;                     /* how far it was then */
	bool first_step; /* it began without a person, where only the first step that acts may */
};

/* Keeps what p was made from, for a run that has just been inserted. */
NODISCARD int recovery_keep(struct store *s, const struct run_row *run, const struct plan *p,
			    struct err *e);
/* 1 found, 0 the run is of a version that kept nothing, -1. */
NODISCARD int recovery_load(struct store *s, const char *run, struct pool *pool,
			    struct recovery *out, struct err *e);
/* Writes ending, resumes and mark. */
NODISCARD int recovery_update(struct store *s, const char *run, const struct recovery *r,
			      struct err *e);
/* Says first_step of it, in the transaction of its start: it holds whoever goes on with it. */
NODISCARD int recovery_bound(struct store *s, const char *run, struct err *e);
/* The parameters that have a value. */
NODISCARD int recovery_params(struct store *s, const char *run, struct pool *pool,
			      struct setting **out, size_t *n, struct err *e);
/* The text of the runbook with that digest. 1, 0, -1. */
NODISCARD int recovery_source(struct store *s, struct span digest, struct pool *pool,
			      struct span *out, struct err *e);

NODISCARD int recovery_ask_cancel(struct store *s, const char *run, struct span by,
				  struct span reason, struct err *e);
/* 1 somebody asked, 0 nobody, -1. */
NODISCARD int recovery_cancel_asked(struct store *s, const char *run, struct err *e);

/* ---- what there was of it ---- */

/* One attempt as an earlier runner left it. */
struct past_attempt {
	int64_t n, attempt;
	struct span step, role, state, reason, argv_sha256;
	enum effect effect;
	int64_t due_ns; /* when it goes on (a wait), or is tried again; RUN_NEVER */
	int64_t exit_status, signal;
	bool has_exit, timed_out;
	struct proc_identity shim;
};

/* All of a run's, in order. */
NODISCARD int past_attempts(struct store *s, const char *run, struct pool *pool,
			    struct past_attempt **out, size_t *n, struct err *e);
/* The captures of a run: into values, by the runbook's index. */
NODISCARD int past_captures(struct store *s, const char *run, const struct runbook *rb,
			    struct pool *pool, struct span *values, struct err *e);

#endif
