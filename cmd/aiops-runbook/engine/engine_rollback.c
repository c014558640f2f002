/*
 * Undoing what acted, newest first: what is done, and what may have been. One
 * that fails does not stop the others.
 */
#include "aiops-runbook/engine/engine_impl.h"

static enum outcome undo(struct engine *g, const struct step *s)
{
	struct action a = {.id = s->id.text,
			   .role = "rollback",
			   .command = &s->undo,
			   .effect = s->undo_effect,
			   .target = plan_target(g->in->plan, s, &g->pool),
			   .attempt = 1};
	struct proc_result result;
	enum outcome outcome = engine_attempt(g, &a, &result);

	if (outcome == OUTCOME_DONE || outcome == OUTCOME_FAILED)
		proc_result_release(&result);
	return outcome;
}

enum outcome engine_rollback(struct engine *g, bool *whole)
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
