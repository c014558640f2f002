/*
 * Undoing what acted, newest first: what is done, and what may have been. One
 * that fails does not stop the others.
 */
#include "aiops-runbook/engine/engine_impl.h"

enum { UNDO_ATTEMPTS = 3 };

static struct action undo_of(struct engine *g, const struct step *s)
{
	return (struct action){.id = s->id.text,
			       .role = "rollback",
			       .command = &s->undo,
			       .effect = s->undo_effect,
			       .target = plan_target(g->in->plan, s, &g->pool),
			       .attempt = 1};
}

/* An undo whose outcome is lost is repeated only if that does no harm; else a person must look. */
static enum outcome undo_once(struct engine *g, const struct step *s, struct action *a)
{
	struct proc_result result;
	enum outcome outcome = engine_attempt(g, a, &result);

	if (outcome == OUTCOME_DONE || outcome == OUTCOME_FAILED)
		proc_result_release(&result);
	if (outcome == OUTCOME_UNKNOWN && s->undo_idempotent)
		outcome =
			engine_keep_outcome(g, a, "unknown", "failed", "lost", NULL, SPAN_NONE) == 0
				? OUTCOME_UNKNOWN
				: OUTCOME_ERROR;
	return outcome;
}

static enum outcome undo(struct engine *g, const struct step *s)
{
	const struct past_attempt *p = history_last(&g->history, "rollback", s->id.text);
	struct action a = undo_of(g, s);
	enum outcome outcome = OUTCOME_UNKNOWN;
	bool begins = !p;

	if (p && span_is(p->state, "done"))
		return OUTCOME_DONE;
	if (p && span_is(p->state, "failed") && !span_is(p->reason, "lost"))
		return OUTCOME_FAILED;
	if (p)
		a.attempt = p->attempt;
	if (p && (span_is(p->state, "intent") || span_is(p->state, "started"))) {
		a.past = p;
		begins = true;
	}
	if (begins)
		outcome = undo_once(g, s, &a);
	while (outcome == OUTCOME_UNKNOWN && s->undo_idempotent && a.attempt < UNDO_ATTEMPTS) {
		a.attempt++;
		a.n = 0;
		a.past = NULL;
		outcome = undo_once(g, s, &a);
	}
	if (outcome == OUTCOME_UNKNOWN)
		g->undo_unknown = true;
	return outcome;
}

static enum outcome undo_all(struct engine *g, bool *whole)
{
	const struct runbook *rb = g->in->plan->rb;

	*whole = true;
	for (size_t i = rb->n_steps; i > 0; i--) {
		const struct step *s = &rb->steps[i - 1];
		enum outcome outcome;

		if (!g->acted[i - 1] || s->rollback != ROLLBACK_COMMAND)
			continue;
		outcome = undo(g, s);
		if (outcome == OUTCOME_ERROR)
			return outcome;
		if (outcome != OUTCOME_DONE)
			*whole = false;
	}
	return OUTCOME_DONE;
}

/* The world is as before if what held before holds again. */
static enum outcome verify_rollback(struct engine *g)
{
	const struct runbook *rb = g->in->plan->rb;

	if (rb->verify_rollback_given)
		return engine_probes(g, rb->verify_rollback, rb->n_verify_rollback,
				     "verify_rollback");
	return engine_probes(g, rb->preconditions, rb->n_preconditions, "verify_rollback");
}

int engine_roll_back(struct engine *g, struct end *end)
{
	enum outcome verified;
	bool whole;

	if (g->in->run->state != RUN_ROLLING_BACK &&
	    engine_move(g, RUN_ROLLING_BACK, end->reason, SPAN_NONE) != 0)
		return -1;
	g->undoing = true;
	if (undo_all(g, &whole) == OUTCOME_ERROR)
		return -1;
	verified = verify_rollback(g);
	if (verified == OUTCOME_ERROR)
		return -1;
	if (g->undo_unknown)
		*end = (struct end){RUN_NEEDS_OPERATOR, "undo_unknown", RUN_EXIT_OPERATOR};
	else if (!whole)
		*end = (struct end){RUN_ROLLBACK_PARTIAL, end->reason, RUN_EXIT_PARTIAL};
	else if (verified != OUTCOME_DONE)
		*end = (struct end){RUN_ROLLED_BACK, "rolled_back_unhealthy", RUN_EXIT_PARTIAL};
	else
		*end = (struct end){RUN_ROLLED_BACK, end->reason, RUN_EXIT_ROLLED_BACK};
	return 0;
}
