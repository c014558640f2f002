/*
 * The parts of the engine. Private to engine*.c.
 */
#ifndef AIOPS_RUNBOOK_ENGINE_IMPL_H
#define AIOPS_RUNBOOK_ENGINE_IMPL_H

#include "aiops-runbook/engine/engine.h"

/* How a step, an attempt or a probe came out. */
enum outcome {
	OUTCOME_DONE,
	OUTCOME_FAILED,      /* it ran, and its end was not what was expected */
	OUTCOME_NOT_STARTED, /* nothing was executed */
	OUTCOME_INTERRUPTED, /* stop was set */
	OUTCOME_ERROR,       /* the store failed: err says how */
};

struct engine {
	const struct engine_input *in;
	struct pool pool;
	struct bindings bind; /* the plan's, with run, time and captures as they become known */
	struct span *captures;
	bool *acted;         /* by step: it was executed and does more than read */
	int64_t deadline_ms; /* ticks; INT64_MAX without max_duration */
	bool undoing;        /* rollback and `always`: no signal and no deadline ends them */
	const char *failure; /* why the run failed, a word for `reason`; NULL while it has not */
	bool escalate_failed_step;
	struct err *err;
};

/* The state word that the run has now, and a new one with its record. */
NODISCARD int engine_move(struct engine *g, enum run_state to, const char *reason,
			  struct span members);

/* engine_attempt.c: one gated execution of a command, limits included. */
struct action {
	struct span id;
	const char *role;
	const struct cmd *command;
	enum effect effect;
	struct span target;
	const struct step *captures_of; /* NULL: nothing is captured */
	int64_t attempt;
};
/* result is filled (and must be released) when the outcome is DONE or FAILED. */
enum outcome engine_attempt(struct engine *g, const struct action *a, struct proc_result *result);

/* engine_probe.c: a read with polling, recorded as one attempt. */
enum outcome engine_probe(struct engine *g, struct span id, const char *role, const struct cmd *c,
			  const struct poll *poll, const struct step *captures_of);
/* All of them, in order; the first that is not DONE ends it. */
enum outcome engine_probes(struct engine *g, const struct probe *probes, size_t n,
			   const char *role);

/* engine_step.c: a step of any type, with its retries. */
enum outcome engine_step(struct engine *g, const struct step *s, const char *role);

/* engine_rollback.c: undoes what acted, newest first. True in *whole if all that can be undone was.
 */
enum outcome engine_rollback(struct engine *g, bool *whole);

/* engine_check.c: every step as far as it can be rehearsed. FAILED if any did not go well. */
enum outcome engine_rehearse(struct engine *g);

/* ---- helpers ---- */

/* Milliseconds that a command may take, given its own timeout and the run's deadline; 0: none left.
 */
int64_t engine_time_left(const struct engine *g, int64_t timeout_ms);
/* Waits; false if it was interrupted. */
bool engine_sleep(struct engine *g, int64_t ms);
bool engine_stopped(const struct engine *g);
/* Takes all captures of s from result: they are known from then on. */
NODISCARD int engine_take_captures(struct engine *g, const struct step *s,
				   const struct proc_result *result, struct err *e);
/* Writes them to the store, inside the open transaction. */
NODISCARD int engine_store_captures(struct engine *g, const struct step *s);
/* Members for a record: how long it took, what was printed, and why it failed. */
void engine_result_members(const struct proc_result *r, struct span why, struct buf *out);

#endif
