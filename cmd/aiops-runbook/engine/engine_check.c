/*
 * A rehearsal: preconditions, the steps that read, and the own dry run of those
 * that act. Nothing is changed, so nothing is approved, limited or undone.
 */
#include "aiops-runbook/engine/engine_impl.h"

static bool is_known(const struct engine *g, const struct cmd *c)
{
	for (size_t i = 0; i < c->argc; i++)
		for (size_t k = 0; k < c->argv[i].n; k++)
			if (!part_value(&c->argv[i].parts[k], &g->bind).data)
				return false;
	return true;
}

/* Passed over: what it needs is known only when the steps before it are really run. */
static enum outcome skip(struct engine *g, const struct step *s, const char *reason)
{
	struct change c = {
		.step = s->id.text, .role = "dry_run", .state = "skipped", .reason = reason};

	return journal_one(g->in->journal, g->in->run, &c, g->err) == 0 ? OUTCOME_DONE
									: OUTCOME_ERROR;
}

static enum outcome dry_run(struct engine *g, const struct step *s)
{
	struct action a = {.id = s->id.text,
			   .role = "dry_run",
			   .command = &s->dry_run,
			   .effect = EFFECT_READ,
			   .target = plan_target(g->in->plan, s, &g->pool),
			   .attempt = 1};
	struct proc_result result;
	enum outcome outcome;

	if (s->dry_run.argc == 0)
		return skip(g, s, "no_dry_run");
	if (!is_known(g, &s->dry_run))
		return skip(g, s, "value_unknown");
	outcome = engine_attempt(g, &a, &result);
	if (outcome == OUTCOME_DONE || outcome == OUTCOME_FAILED)
		proc_result_release(&result);
	return outcome;
}

static enum outcome rehearse(struct engine *g, const struct step *s)
{
	if (s->type == STEP_WAIT || s->type == STEP_MESSAGE)
		return OUTCOME_DONE;
	if (step_effect(s) != EFFECT_READ)
		return dry_run(g, s);
	if (!is_known(g, &s->command))
		return skip(g, s, "value_unknown");
	return engine_step(g, s, "step");
}

enum outcome engine_rehearse(struct engine *g)
{
	const struct runbook *rb = g->in->plan->rb;
	enum outcome all = OUTCOME_DONE;

	for (size_t i = 0; i < rb->n_steps; i++) {
		enum outcome outcome = rehearse(g, &rb->steps[i]);

		if (outcome == OUTCOME_ERROR || outcome == OUTCOME_INTERRUPTED)
			return outcome;
		if (outcome != OUTCOME_DONE)
			all = OUTCOME_FAILED; /* the others are looked at all the same */
	}
	return all;
}
