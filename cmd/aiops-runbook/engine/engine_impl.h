/*
 * The parts of the engine. Private to engine*.c.
 */
#ifndef AIOPS_RUNBOOK_ENGINE_IMPL_H
#define AIOPS_RUNBOOK_ENGINE_IMPL_H

#include "aiops-runbook/engine/engine.h"
#include "aiops-runbook/engine/history.h"
#include "aiops-runbook/runs/recovery.h"

/* How a step, an attempt or a probe came out. */
enum outcome {
	OUTCOME_DONE,
	OUTCOME_FAILED,      /* it ran, and its end was not what was expected */
	OUTCOME_NOT_STARTED, /* nothing was executed */
	OUTCOME_INTERRUPTED, /* stop was set, or the run cancelled */
	OUTCOME_UNKNOWN,     /* it may have done anything, and nothing can tell */
	OUTCOME_ERROR,       /* the store failed: err says how */
};

struct engine {
	const struct engine_input *in;
	struct pool pool;
	struct bindings bind; /* the plan's, with run, time and captures as they become known */
	struct span *captures;
	bool *acted;         /* by step: it was executed and does more than read */
	bool *dropped;       /* by step: who approved the run left it out */
	int64_t deadline_ms; /* ticks; INT64_MAX without max_duration */
	bool undoing;        /* rollback and `always`: no signal and no deadline ends them */
	const char *failure; /* why the run failed, a word for `reason`; NULL while it has not */
	bool cancelled;      /* somebody asked for it, in the store */
	bool undo_unknown;   /* an undo may or may not have happened */
	bool probe_answered; /* the last probe's last sample ended by itself, in a way that can be
				judged */
	struct history history; /* what an earlier runner left; empty for a run that begins */
	struct recovery recovery;
	bool recoverable; /* recovery was read */
	struct err *err;
};

/* True if it is a step that acts, and another has acted already in a run in which only the first
 * may.
 */
bool engine_is_beyond_first(const struct engine *g, const struct step *s);

/* A new state with its record, kept in an open transaction. */
NODISCARD int engine_move(struct engine *g, enum run_state to, const char *reason,
			  struct span members);

/* The reason of an attempt that was ended because it printed too much. */
#define FLOODED "output_limit"

/* engine_attempt.c: one gated execution of a command, limits included. */
struct action {
	struct span id;
	const char *role;
	const struct cmd *command;
	enum effect effect;
	struct span target;
	const struct step *captures_of; /* NULL: nothing is captured */
	int64_t attempt;
	int64_t n;                       /* its row, from its intent on; 0: none yet */
	const struct past_attempt *past; /* an earlier runner began it; NULL: nobody did */
};
/* result is filled (and must be released) when the outcome is DONE or FAILED. The end is kept in an
 * open transaction. */
enum outcome engine_attempt(struct engine *g, struct action *a, struct proc_result *result);

/* engine_commit.c: the transactions. Each returns 0 or -1. */
struct change engine_change(const struct action *a, const char *from, const char *state,
			    const char *reason);
/* Commits what was kept; before anything is waited for. */
NODISCARD int engine_settle(struct engine *g);
/* 0 durable, 1 refused: *why. Limits are counted and used in this transaction, so no number of
 * processes can pass them together. */
NODISCARD int engine_commit_intent(struct engine *g, struct action *a, const char *argv_sha256,
				   struct refusal *why);
NODISCARD int engine_commit_started(struct engine *g, const struct action *a, int64_t pid);
/* result NULL: it was never executed, or nobody knows. On success what it printed is captured. */
NODISCARD int engine_keep_outcome(struct engine *g, const struct action *a, const char *from,
				  const char *state, const char *reason,
				  const struct proc_result *result, struct span members);
NODISCARD int engine_keep_due(struct engine *g, const struct action *a, const char *reason,
			      int64_t due_ns);
/* A step without a command: its row (made the first time, then a->n is set), and its record. */
NODISCARD int engine_keep_note(struct engine *g, struct action *a, const char *from,
			       const char *state, const char *reason, int64_t due_ns,
			       struct span members);

/* engine_try.c: a command with its retries; what is unknown is settled by the step's own check. */
enum outcome engine_command(struct engine *g, const struct step *s, const char *role);

/* engine_probe.c: a read with polling, recorded as one attempt. */
enum outcome engine_probe(struct engine *g, struct span id, const char *role, const struct cmd *c,
			  const struct poll *poll, const struct step *captures_of);
/* All of them, in order; the first that is not DONE ends it. */
enum outcome engine_probes(struct engine *g, const struct probe *probes, size_t n,
			   const char *role);

/* engine_step.c: a step of any type, with its retries. */
enum outcome engine_step(struct engine *g, const struct step *s, const char *role);

/* A final state that is not recorded yet: `always` comes before it. */
struct end {
	enum run_state state;
	const char *reason;
	int exit;
};

/* engine_rollback.c: undoes what acted, newest first, and looks whether the world is as before. 0:
 * *end says how it came out; -1. end->reason: why. */
NODISCARD int engine_roll_back(struct engine *g, struct end *end);

/* engine_end.c: the last record of the run, committed. */
NODISCARD int engine_end(struct engine *g, enum run_state state, const char *reason);

/* engine_check.c: every step as far as it can be rehearsed. FAILED if any did not go well. */
enum outcome engine_rehearse(struct engine *g);

/* ---- helpers ---- */

/* Milliseconds that a command may take, given its own timeout and the run's deadline; 0: none left.
 */
int64_t engine_time_left(const struct engine *g, int64_t timeout_ms);
/* Waits; nothing may be kept open. False if it was interrupted. */
bool engine_sleep(struct engine *g, int64_t ms);
/* Until a time by the clock, after committing what was kept: DONE, INTERRUPTED, ERROR. */
enum outcome engine_wait_until(struct engine *g, int64_t due_ns);
bool engine_stopped(const struct engine *g);
/* Takes all captures of s from result: they are known from then on. */
NODISCARD int engine_take_captures(struct engine *g, const struct step *s,
				   const struct proc_result *result, struct err *e);
/* Writes them to the store, inside the open transaction. */
NODISCARD int engine_store_captures(struct engine *g, const struct step *s);
/* Members for a record: how long it took, what was printed, and why it failed. */
void engine_result_members(const struct proc_result *r, struct span why, struct buf *out);

#endif
