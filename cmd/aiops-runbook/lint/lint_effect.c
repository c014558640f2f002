/*
 * What commands do, against what the runbook says they do.
 *
 * A tool that no table knows is as bad as can be, but a site's own tools are many and its
 * tables young: that alone is told from profile ai on.
 */
#include "aiops-runbook/effects/effects.h"
#include "aiops-runbook/lint/rules.h"

struct looking {
	const struct lint_terms *terms;
	struct findings *found;
	unsigned rule;
};

/* What the runbook says of this command: read for what only looks. */
static enum effect declared(const struct command_use *use)
{
	const struct step *s = use->step;

	if (s && use->command == &s->command)
		return step_effect(s);
	if (s && use->command == &s->undo)
		return s->undo_effect;
	return EFFECT_READ;
}

static bool is_the_steps_own(const struct command_use *use)
{
	return use->step &&
	       (use->command == &use->step->command || use->command == &use->step->undo);
}

/* RB202 for what a step does, RB403 for what may only look. */
static void look_at_effect(void *ctx, const struct command_use *use)
{
	struct looking *l = ctx;
	struct judgement j;
	enum effect said = declared(use);

	if (use->command->argc == 0 || use->command->http)
		return;
	effects_judge_command(l->terms->effects, use->command, &j);
	if (j.effect <= said || (!j.known && l->terms->asked < LINT_AI))
		return;
	if (l->rule == 202 && is_the_steps_own(use))
		finding_add(l->found, 202, use->command->at, "%s '%.*s' says %s, but it is %s: %s",
			    use->what, (int)use->id.len, use->id.data, effect_names[said],
			    effect_names[j.effect], j.why);
	else if (l->rule == 403 && !is_the_steps_own(use))
		finding_add(l->found, 403, use->command->at,
			    "%s '%.*s' may only look, but it is %s: %s", use->what,
			    (int)use->id.len, use->id.data, effect_names[j.effect], j.why);
}

static void each(const struct runbook *rb, const struct lint_terms *t, struct findings *f,
		 unsigned rule)
{
	struct looking l = {t, f, rule};

	if (t->effects)
		lint_each_command(rb, look_at_effect, &l);
}

void lint_effect_mismatch(const struct runbook *rb, const struct lint_terms *t, struct findings *f)
{
	each(rb, t, f, 202);
}

void lint_verify_mutates(const struct runbook *rb, const struct lint_terms *t, struct findings *f)
{
	each(rb, t, f, 403);
}

/* RB305 */
static void look_at_repeats(void *ctx, const struct command_use *use)
{
	struct looking *l = ctx;
	const struct step *s = use->step;
	struct judgement j;

	if (!s || use->command != &s->command || !s->idempotent || use->command->http ||
	    use->command->argc == 0)
		return;
	effects_judge_command(l->terms->effects, use->command, &j);
	if (j.known && !j.repeatable && j.effect != EFFECT_READ)
		finding_add(l->found, 305, use->command->at,
			    "step '%.*s' says idempotent, but doing it twice is not as doing it "
			    "once: %s",
			    (int)use->id.len, use->id.data, j.why);
}

void lint_false_idempotent(const struct runbook *rb, const struct lint_terms *t, struct findings *f)
{
	struct looking l = {t, f, 305};

	if (t->effects)
		lint_each_command(rb, look_at_repeats, &l);
}
