#include "aiops-runbook/engine/engine.h"

#include "aiops-runbook/engine/arm.h"
#include "aiops-runbook/engine/engine_impl.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/mem.h"

enum { SWEEP_MS = 500 };

int engine_move(struct engine *g, enum run_state to, const char *reason, struct span members)
{
	struct run_row *run = g->in->run, before = *run;
	struct change c = {.from = run_state_names[run->state],
			   .state = run_state_names[to],
			   .reason = reason,
			   .members = members};

	run->state = to;
	run->reason = span_cstr(reason);
	if (run_state_is_final(to))
		run->ended_ns = journal_now(g->in->journal);
	if (journal_begin(g->in->journal, g->err) == 0 &&
	    journal_note(g->in->journal, run, &c, g->err) == 0) {
		journal_keep(g->in->journal);
		return 0;
	}
	journal_abort(g->in->journal);
	*run = before;
	return -1;
}

/* ---- the phases ---- */

static bool anything_acted(const struct engine *g)
{
	for (size_t i = 0; i < g->in->plan->rb->n_steps; i++)
		if (g->acted[i])
			return true;
	return false;
}

static bool anything_to_undo(const struct engine *g)
{
	const struct runbook *rb = g->in->plan->rb;

	for (size_t i = 0; i < rb->n_steps; i++)
		if (g->acted[i] && rb->steps[i].rollback == ROLLBACK_COMMAND)
			return true;
	return false;
}

/* The run failed for reason: undo if there is something to undo; exit_else if not. */
static int fail_run(struct engine *g, const char *reason, int exit_else, struct end *end)
{
	*end = (struct end){RUN_FAILED, reason, exit_else};
	if (anything_to_undo(g))
		return engine_roll_back(g, end);
	if (strcmp(reason, "cancelled") == 0 && !anything_acted(g))
		end->state = RUN_CANCELLED;
	return 0;
}

/* Who ended it: a signal, what it stands for, or somebody by the store. */
static const char *why_stopped(struct engine *g)
{
	struct err ignored = ERR_INIT;

	if (g->in->stop_reason && !g->cancelled)
		return g->in->stop_reason;
	if (g->cancelled ||
	    recovery_cancel_asked(g->in->journal->store, g->in->run->id, &ignored) == 1)
		return "cancelled";
	return "interrupted";
}

static int step_failed(struct engine *g, const struct step *s, enum outcome outcome,
		       struct end *end)
{
	const char *reason = outcome == OUTCOME_INTERRUPTED ? why_stopped(g)
			     : outcome == OUTCOME_UNKNOWN   ? "step_unknown"
			     : g->failure                   ? g->failure
							    : "step_failed";

	if (outcome == OUTCOME_UNKNOWN) {
		*end = (struct end){RUN_NEEDS_OPERATOR, reason, RUN_EXIT_OPERATOR};
		return 0;
	}
	/* What nobody can know, and nothing undoes, is for a person to look at. */
	if (strcmp(reason, "step_unknown") == 0 && s->rollback != ROLLBACK_COMMAND) {
		*end = (struct end){RUN_NEEDS_OPERATOR, reason, RUN_EXIT_OPERATOR};
		return 0;
	}
	if (outcome == OUTCOME_INTERRUPTED || s->on_failure == ON_FAILURE_ROLLBACK)
		return fail_run(g, reason, RUN_EXIT_ROLLED_BACK, end);
	/* abort and escalate leave things as they are */
	if (s->on_failure == ON_FAILURE_ESCALATE || anything_acted(g))
		*end = (struct end){RUN_NEEDS_OPERATOR, reason, RUN_EXIT_OPERATOR};
	else
		*end = (struct end){RUN_FAILED, reason, RUN_EXIT_ROLLED_BACK};
	return 0;
}

/* 0 go on with the step *next, 1 the run is over (*end), -1 error. */
static int take_step(struct engine *g, const struct step *s, size_t *next, struct end *end)
{
	enum outcome outcome;

	g->failure = NULL;
	outcome = engine_step(g, s, "step");
	if (outcome == OUTCOME_ERROR)
		return -1;
	if (outcome == OUTCOME_DONE)
		return 0;
	if (outcome != OUTCOME_INTERRUPTED && outcome != OUTCOME_UNKNOWN &&
	    s->on_failure == ON_FAILURE_CONTINUE)
		return 0;
	if (outcome != OUTCOME_INTERRUPTED && outcome != OUTCOME_UNKNOWN &&
	    s->on_failure == ON_FAILURE_STEP) {
		*next = s->jump_to;
		return 0;
	}
	return step_failed(g, s, outcome, end) == 0 ? 1 : -1;
}

static int run_steps(struct engine *g, struct end *end)
{
	const struct runbook *rb = g->in->plan->rb;

	for (size_t i = 0, next; i < rb->n_steps; i = next) {
		int rc;

		next = i + 1;
		rc = take_step(g, &rb->steps[i], &next, end);
		if (rc != 0)
			return rc;
	}
	return 0;
}

/* Steps that act were not done, since no person had agreed to more than the first. */
static bool held_back(const struct engine *g)
{
	const struct runbook *rb = g->in->plan->rb;

	for (size_t i = 0; i < rb->n_steps; i++)
		if (!g->acted[i] && engine_is_beyond_first(g, &rb->steps[i]))
			return true;
	return false;
}

static int run_verification(struct engine *g, struct end *end)
{
	const struct runbook *rb = g->in->plan->rb;
	enum outcome outcome;

	if (g->in->run->state != RUN_VERIFYING &&
	    engine_move(g, RUN_VERIFYING, NULL, SPAN_NONE) != 0)
		return -1;
	outcome = engine_probes(g, rb->verify, rb->n_verify, "verify");
	if (outcome == OUTCOME_ERROR)
		return -1;
	if (outcome == OUTCOME_DONE) {
		*end = (struct end){RUN_SUCCEEDED, rb->n_verify ? "verified" : "done", EX_DONE};
		return 0;
	}
	if (outcome == OUTCOME_INTERRUPTED)
		return fail_run(g, why_stopped(g), RUN_EXIT_ROLLED_BACK, end);
	if (held_back(g)) { /* a person says whether to go on or back */
		*end = (struct end){RUN_NEEDS_OPERATOR, "first_step", RUN_EXIT_OPERATOR};
		return 0;
	}
	return fail_run(g, "verify_failed", RUN_EXIT_UNVERIFIED, end);
}

/* How the run will end is durable before `always` begins: what that changes must not change it. */
static int decide(struct engine *g, const struct end *end)
{
	struct journal *j = g->in->journal;

	if (!g->recoverable || g->in->plan->rb->n_always == 0 || g->recovery.decided)
		return 0;
	g->recovery.decided = true;
	g->recovery.ending = end->state;
	g->recovery.ending_reason = span_cstr(end->reason);
	g->recovery.ending_exit = end->exit;
	if (journal_begin(j, g->err) != 0)
		return -1;
	if (recovery_update(j->store, g->in->run->id, &g->recovery, g->err) != 0) {
		journal_abort(j);
		return -1;
	}
	journal_keep(j);
	return 0;
}

/* Every path comes through here; a step that fails needs a person, whatever else is true. */
static int run_always(struct engine *g, struct end *end)
{
	const struct runbook *rb = g->in->plan->rb;

	if (decide(g, end) != 0)
		return -1;
	g->undoing = true;
	for (size_t i = 0; i < rb->n_always; i++) {
		enum outcome outcome = engine_step(g, &rb->always[i], "always");

		if (outcome == OUTCOME_ERROR)
			return -1;
		if (outcome != OUTCOME_DONE)
			*end = (struct end){RUN_NEEDS_OPERATOR, "always_failed", RUN_EXIT_OPERATOR};
	}
	return 0;
}

static int run_check(struct engine *g, struct end *end)
{
	switch (engine_rehearse(g)) {
	case OUTCOME_ERROR:
		return -1;
	case OUTCOME_DONE:
		*end = (struct end){RUN_SUCCEEDED, "checked", EX_DONE};
		return 0;
	case OUTCOME_INTERRUPTED:
		*end = (struct end){RUN_FAILED, why_stopped(g), RUN_EXIT_ROLLED_BACK};
		return 0;
	default:
		*end = (struct end){RUN_FAILED, "check_failed", RUN_EXIT_ROLLED_BACK};
		return 0;
	}
}

/* 0 go on, 1 the run is over: nothing was touched, so `always` has nothing to put right; -1. */
static int run_preconditions(struct engine *g, struct end *end)
{
	const struct runbook *rb = g->in->plan->rb;
	enum outcome outcome =
		engine_probes(g, rb->preconditions, rb->n_preconditions, "precondition");

	if (outcome == OUTCOME_ERROR)
		return -1;
	if (outcome == OUTCOME_DONE)
		return 0;
	*end = (struct end){RUN_FAILED,
			    outcome == OUTCOME_INTERRUPTED ? why_stopped(g) : "precondition_failed",
			    RUN_EXIT_ROLLED_BACK};
	if (strcmp(end->reason, "cancelled") == 0)
		end->state = RUN_CANCELLED;
	return 1;
}

/* What was decided before `always` began. */
static bool was_decided(const struct engine *g, struct end *end)
{
	const struct recovery *r = &g->recovery;

	if (!r->decided)
		return false;
	*end = (struct end){r->ending, r->ending_reason.data, (int)r->ending_exit};
	return true;
}

/* From where the run stands: for one that begins that is the beginning. */
static int run_phases(struct engine *g, struct end *end)
{
	enum run_state state = g->in->run->state;
	int rc = 0;

	if (was_decided(g, end))
		return run_always(g, end);
	if (state == RUN_ROLLING_BACK) {
		*end = (struct end){RUN_FAILED, pool_copy(&g->pool, g->in->run->reason).data,
				    RUN_EXIT_ROLLED_BACK};
		rc = engine_roll_back(g, end);
		return rc < 0 ? -1 : run_always(g, end);
	}
	if (state == RUN_RUNNING && !history_has_steps(&g->history))
		rc = run_preconditions(g, end);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (g->in->check)
		return run_check(g, end);
	if (state == RUN_RUNNING)
		rc = run_steps(g, end);
	if (rc == 0)
		rc = run_verification(g, end);
	return rc < 0 ? -1 : run_always(g, end);
}

/* ---- the whole ---- */

static void bind_run(struct engine *g)
{
	const struct engine_input *in = g->in;
	struct buf started = BUF_INIT(64);

	g->captures = pool_array(&g->pool, in->plan->rb->n_captures, sizeof *g->captures);
	g->acted = pool_array(&g->pool, in->plan->rb->n_steps, sizeof *g->acted);
	g->dropped = pool_array(&g->pool, in->plan->rb->n_steps, sizeof *g->dropped);
	instant_add(&started, instant_from_ns(in->run->started_ns));
	g->bind = in->plan->bind;
	g->bind.captures = g->captures;
	g->bind.run_id = pool_copy(&g->pool, span_cstr(in->run->id));
	g->bind.started_at = pool_take(&g->pool, &started);
}

/* What an attempt started that has no shim, a read, goes on without its reader. */
static void end_leftovers(struct engine *g)
{
	for (size_t i = 0; i < g->history.n; i++) {
		struct buf mark = BUF_INIT(128);
		int found;

		if (!span_is(g->history.items[i].state, "intent"))
			continue;
		buf_addf(&mark, EXEC_MARK "=%s/%lld", g->in->run->id,
			 (long long)g->history.items[i].n);
		(void)proc_end_marked(buf_cstr(&mark), SWEEP_MS, &found); /* as far as it goes */
		buf_release(&mark);
	}
}

/* What an earlier runner left. */
static int load_past(struct engine *g)
{
	struct store *s = g->in->journal->store;
	const struct runbook *rb = g->in->plan->rb;
	const char *id = g->in->run->id;
	struct past_attempt *items;
	int found = recovery_load(s, id, &g->pool, &g->recovery, g->err);

	if (found < 0 || approval_dropped(s, g->in->run, rb, g->dropped, g->err) != 0)
		return -1;
	g->recoverable = found == 1;
	if (!g->in->resume)
		return 0;
	if (past_attempts(s, id, &g->pool, &items, &g->history.n, g->err) != 0 ||
	    past_captures(s, id, rb, &g->pool, g->captures, g->err) != 0)
		return -1;
	g->history.items = items;
	end_leftovers(g);
	for (size_t i = 0; i < rb->n_steps; i++)
		g->acted[i] = history_acted(&g->history, rb->steps[i].id.text, INT64_MAX);
	return 0;
}

/* The time that the whole run may take counts from its start, whoever runs it. */
static void set_deadline(struct engine *g)
{
	int64_t max_ms = g->in->plan->rb->limits.max_duration_ms;
	int64_t gone_ms = (journal_now(g->in->journal) - g->in->run->started_ns) / NS_PER_MS;

	if (max_ms)
		g->deadline_ms =
			env_ticks_ms(g->in->journal->env) + max_ms - (gone_ms > 0 ? gone_ms : 0);
}

int engine_run(const struct engine_input *in, int *exit, struct err *e)
{
	struct engine g = {.in = in, .err = e, .deadline_ms = INT64_MAX};
	struct end end = {RUN_NEEDS_OPERATOR, "bug", RUN_EXIT_OPERATOR};
	int rc;

	set_deadline(&g);
	bind_run(&g);
	rc = load_past(&g);
	if (rc == 0)
		rc = run_phases(&g, &end);
	if (rc == 0)
		rc = engine_end(&g, end.state, end.reason);
	if (rc == 0)
		*exit = end.exit;
	else
		journal_abort(in->journal); /* what was kept is as if it had not been */
	pool_release(&g.pool);
	return rc;
}
