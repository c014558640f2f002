#include "aiops-runbook/engine/engine.h"

#include "aiops-runbook/engine/engine_impl.h"

#include <string.h>

#include "base/instant.h"
#include "base/mem.h"
#include "record/jsonw.h"

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
	if (journal_one(g->in->journal, run, &c, g->err) == 0)
		return 0;
	*run = before;
	return -1;
}

/* ---- the end ---- */

/* Which cause of escalation an end is; NULL for a good one. */
static const char *cause_of(enum run_state state, const char *reason)
{
	if (state == RUN_ROLLBACK_PARTIAL || strcmp(reason, "rolled_back_unhealthy") == 0)
		return "rollback_failed";
	if (strcmp(reason, "verify_failed") == 0)
		return "verify_failed";
	if (strcmp(reason, "budget_exhausted") == 0 || strcmp(reason, "rate_limited") == 0)
		return "budget_exhausted";
	if (state == RUN_NEEDS_OPERATOR)
		return "step_unknown";
	return state == RUN_SUCCEEDED || strcmp(reason, "precondition_failed") == 0 ||
			       strcmp(reason, "check_failed") == 0
		       ? NULL
		       : "step_failed";
}

/* Steps that acted and that their runbook says cannot be undone. */
static void write_not_undone(struct engine *g, struct jsonw *w)
{
	const struct runbook *rb = g->in->plan->rb;
	bool any = false;

	for (size_t i = 0; i < rb->n_steps; i++) {
		if (!g->acted[i] || rb->steps[i].rollback == ROLLBACK_COMMAND)
			continue;
		if (!any) {
			jsonw_key(w, "not_undone");
			jsonw_array(w);
		}
		jsonw_string(w, rb->steps[i].id.text);
		any = true;
	}
	if (any)
		jsonw_array_end(w);
}

static void write_escalation(const struct engine *g, enum run_state state, const char *reason,
			     struct jsonw *w)
{
	const struct escalation *x = &g->in->plan->rb->escalation;
	const char *cause = cause_of(state, reason);

	if (!cause || !words_has(&x->on, span_cstr(cause)))
		return;
	jsonw_key(w, "escalation");
	jsonw_object(w);
	jsonw_member(w, "cause", span_cstr(cause));
	jsonw_member_opt(w, "notify", x->notify);
	jsonw_object_end(w);
}

/* The last record of a run. */
static int end_run(struct engine *g, enum run_state state, const char *reason)
{
	struct buf members = BUF_INIT(1 << 20);
	struct jsonw w = jsonw_to(&members);
	int rc;

	w.comma = true; /* they follow others */
	jsonw_member_i64(&w, "elapsed_ms",
			 (journal_now(g->in->journal) - g->in->run->started_ns) / NS_PER_MS);
	if (state != RUN_SUCCEEDED)
		write_not_undone(g, &w);
	write_escalation(g, state, reason, &w);
	rc = engine_move(g, state, reason, buf_span(&members));
	buf_release(&members);
	return rc;
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

/* A final state that is not recorded yet: `always` comes before it. */
struct end {
	enum run_state state;
	const char *reason;
	int exit;
};

/* The world is as before if what held before holds again. */
static enum outcome verify_rollback(struct engine *g)
{
	const struct runbook *rb = g->in->plan->rb;

	if (rb->verify_rollback_given)
		return engine_probes(g, rb->verify_rollback, rb->n_verify_rollback,
				     "verify_rollback");
	return engine_probes(g, rb->preconditions, rb->n_preconditions, "verify_rollback");
}

static int roll_back(struct engine *g, struct end *end)
{
	enum outcome verified;
	bool whole;

	if (engine_move(g, RUN_ROLLING_BACK, end->reason, SPAN_NONE) != 0)
		return -1;
	g->undoing = true;
	if (engine_rollback(g, &whole) == OUTCOME_ERROR)
		return -1;
	verified = verify_rollback(g);
	if (verified == OUTCOME_ERROR)
		return -1;
	if (!whole)
		*end = (struct end){RUN_ROLLBACK_PARTIAL, end->reason, RUN_EXIT_PARTIAL};
	else if (verified != OUTCOME_DONE)
		*end = (struct end){RUN_ROLLED_BACK, "rolled_back_unhealthy", RUN_EXIT_PARTIAL};
	else
		*end = (struct end){RUN_ROLLED_BACK, end->reason, RUN_EXIT_ROLLED_BACK};
	return 0;
}

/* The run failed for reason: undo if there is something to undo; exit_else if not. */
static int fail_run(struct engine *g, const char *reason, int exit_else, struct end *end)
{
	*end = (struct end){RUN_FAILED, reason, exit_else};
	return anything_to_undo(g) ? roll_back(g, end) : 0;
}

static int step_failed(struct engine *g, const struct step *s, enum outcome outcome,
		       struct end *end)
{
	const char *reason = outcome == OUTCOME_INTERRUPTED ? "interrupted"
			     : g->failure                   ? g->failure
							    : "step_failed";

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
	if (outcome != OUTCOME_INTERRUPTED && s->on_failure == ON_FAILURE_CONTINUE)
		return 0;
	if (outcome != OUTCOME_INTERRUPTED && s->on_failure == ON_FAILURE_STEP) {
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

static int run_verification(struct engine *g, struct end *end)
{
	const struct runbook *rb = g->in->plan->rb;
	enum outcome outcome;

	if (engine_move(g, RUN_VERIFYING, NULL, SPAN_NONE) != 0)
		return -1;
	outcome = engine_probes(g, rb->verify, rb->n_verify, "verify");
	if (outcome == OUTCOME_ERROR)
		return -1;
	if (outcome == OUTCOME_DONE) {
		*end = (struct end){RUN_SUCCEEDED, rb->n_verify ? "verified" : "done", EX_DONE};
		return 0;
	}
	if (outcome == OUTCOME_INTERRUPTED)
		return fail_run(g, "interrupted", RUN_EXIT_ROLLED_BACK, end);
	return fail_run(g, "verify_failed", RUN_EXIT_UNVERIFIED, end);
}

/* Every path comes through here; a step that fails needs a person, whatever else is true. */
static int run_always(struct engine *g, struct end *end)
{
	const struct runbook *rb = g->in->plan->rb;

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
		*end = (struct end){RUN_FAILED, "interrupted", RUN_EXIT_ROLLED_BACK};
		return 0;
	default:
		*end = (struct end){RUN_FAILED, "check_failed", RUN_EXIT_ROLLED_BACK};
		return 0;
	}
}

static int run_phases(struct engine *g, struct end *end)
{
	const struct runbook *rb = g->in->plan->rb;
	enum outcome outcome =
		engine_probes(g, rb->preconditions, rb->n_preconditions, "precondition");
	int rc;

	if (outcome == OUTCOME_ERROR)
		return -1;
	if (outcome != OUTCOME_DONE) {
		*end = (struct end){RUN_FAILED,
				    outcome == OUTCOME_INTERRUPTED ? "interrupted"
								   : "precondition_failed",
				    RUN_EXIT_ROLLED_BACK};
		return 0; /* nothing was touched: `always` has nothing to put right */
	}
	if (g->in->check)
		return run_check(g, end);
	rc = run_steps(g, end);
	if (rc == 0)
		rc = run_verification(g, end);
	return rc < 0 ? -1 : run_always(g, end);
}

static void bind_run(struct engine *g)
{
	const struct engine_input *in = g->in;
	struct buf started = BUF_INIT(64);

	g->captures = pool_array(&g->pool, in->plan->rb->n_captures, sizeof *g->captures);
	g->acted = pool_array(&g->pool, in->plan->rb->n_steps, sizeof *g->acted);
	instant_add(&started, instant_from_ns(in->run->started_ns));
	g->bind = in->plan->bind;
	g->bind.captures = g->captures;
	g->bind.run_id = pool_copy(&g->pool, span_cstr(in->run->id));
	g->bind.started_at = pool_take(&g->pool, &started);
}

int engine_run(const struct engine_input *in, int *exit, struct err *e)
{
	int64_t max_ms = in->plan->rb->limits.max_duration_ms;
	struct engine g = {.in = in, .err = e, .deadline_ms = INT64_MAX};
	struct end end = {RUN_NEEDS_OPERATOR, "bug", RUN_EXIT_OPERATOR};
	int rc;

	if (max_ms)
		g.deadline_ms = env_ticks_ms(in->journal->env) + max_ms;
	bind_run(&g);
	rc = run_phases(&g, &end);
	if (rc == 0)
		rc = end_run(&g, end.state, end.reason);
	if (rc == 0)
		*exit = end.exit;
	pool_release(&g.pool);
	return rc;
}
