/*
 * A rehearsal: preconditions, the steps that read, and the own dry run of those
 * that act. Nothing is changed, so nothing is approved, limited or undone.
 */
#include "aiops-runbook/engine/engine_impl.h"
#include "aiops-runbook/engine/expect.h"
#include "aiops-runbook/schema/http.h"

static bool template_is_known(const struct engine *g, const struct template *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (!part_value(&t->parts[i], &g->bind).data)
			return false;
	return true;
}

static bool request_is_known(const struct engine *g, const struct http *h)
{
	bool known = template_is_known(g, &h->url);

	for (size_t i = 0; i < h->n_headers; i++)
		known = known && template_is_known(g, &h->headers[i].value);
	for (size_t i = 0; i < h->n_form; i++)
		known = known && template_is_known(g, &h->form[i].value);
	for (size_t i = 0; i < h->n_json; i++)
		known = known && template_is_known(g, &h->json[i].value);
	return known;
}

static bool is_known(const struct engine *g, const struct cmd *c)
{
	bool known = !c->http || request_is_known(g, c->http);

	for (size_t i = 0; i < c->argc; i++)
		known = known && template_is_known(g, &c->argv[i]);
	return known;
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
	if (s->when.given &&
	    (!template_is_known(g, &s->when.of) || !template_is_known(g, &s->when.is.value)))
		return skip(g, s, "value_unknown");
	if (s->when.given && !condition_holds(&s->when, &g->bind))
		return skip(g, s, "condition");
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
