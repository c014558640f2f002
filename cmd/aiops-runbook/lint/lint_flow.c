/*
 * Rules about how a run goes and ends: deadlines, retries, undo, verification.
 */
#include "aiops-runbook/lint/calls.h"
#include "aiops-runbook/lint/rules.h"

/* ---- RB301 ---- */

static void check_timeout(void *ctx, const struct command_use *use)
{
	struct findings *f = ctx;
	const struct cmd *c = use->command;
	const char *id = use->id.data ? use->id.data : "?";

	if (c->timeout_ms == 0)
		finding_add(f, 301, c->at, "%s '%s' has no timeout", use->what, id);
	else if (c->timeout_ms > STEP_TIMEOUT_MAX_MS)
		finding_add(f, 301, c->timeout_at, "the timeout of %s '%s' is longer than 1h",
			    use->what, id);
}

void lint_no_timeout(const struct runbook *rb, struct findings *f)
{
	lint_each_command(rb, check_timeout, f);
}

/* ---- RB303 ---- */

static void check_retry(const struct step *s, struct findings *f)
{
	const struct retry *r = &s->retry;

	if (!r->given || r->max_attempts == 1)
		return;
	if (r->max_attempts > 10)
		finding_add(f, 303, r->at, "step '%s' is tried more than 10 times", step_name(s));
	if (r->initial_ms == 0)
		finding_add(f, 303, r->at,
			    "step '%s' is tried again without a pause (initial_interval)",
			    step_name(s));
	if (r->n_on == 0)
		finding_add(
			f, 303, r->at,
			"step '%s' is tried again whatever went wrong: say for which causes (on)",
			step_name(s));
	if (step_effect(s) == EFFECT_READ || s->idempotent)
		return;
	if (step_effect(s) == EFFECT_DESTRUCTIVE)
		finding_add(
			f, 303, r->at,
			"step '%s' is destructive and not idempotent: it may not be tried again",
			step_name(s));
	else if (!s->has_check)
		finding_add(
			f, 303, r->at,
			"step '%s' is not idempotent: it may be tried again only after a 'check' that it did not happen",
			step_name(s));
}

void lint_unbounded_retry(const struct runbook *rb, struct findings *f)
{
	for (size_t i = 0; i < rb->n_steps; i++)
		check_retry(&rb->steps[i], f);
	for (size_t i = 0; i < rb->n_always; i++)
		check_retry(&rb->always[i], f);
}

/* ---- RB304 ---- */

static void check_answer(const struct step *steps, size_t n, struct findings *f)
{
	for (size_t i = 0; i < n; i++) {
		const struct step *s = &steps[i];

		if (step_effect(s) == EFFECT_READ || s->idempotent || s->has_check ||
		    s->on_unknown_escalate)
			continue;
		finding_add(
			f, 304, s->at,
			"step '%s' says nothing for the case that its outcome is unknown: idempotent: true, a check, "
			"or on_unknown: escalate",
			step_name(s));
	}
}

void lint_no_idempotency_answer(const struct runbook *rb, struct findings *f)
{
	check_answer(rb->steps, rb->n_steps, f);
	check_answer(rb->always, rb->n_always, f);
}

/* ---- RB306 ---- */

static void check_rollback(const struct runbook *rb, const struct step *s, struct findings *f)
{
	if (step_effect(s) == EFFECT_READ || s->rollback == ROLLBACK_COMMAND)
		return;
	if (s->rollback == ROLLBACK_ABSENT)
		finding_add(f, 306, s->at,
			    "step '%s' has no rollback (a command, or none: with the reason)",
			    step_name(s));
	else if (!s->rollback_reason.text.data)
		finding_add(f, 306, s->rollback_at,
			    "step '%s' has rollback none without a reason: write {none: WHY}",
			    step_name(s));
	else if (step_effect(s) == EFFECT_DESTRUCTIVE && rb->risk < RISK_HIGH)
		finding_add(
			f, 306, s->rollback_at,
			"step '%s' is destructive and cannot be undone: that needs risk high or critical",
			step_name(s));
}

void lint_rollback_missing(const struct runbook *rb, struct findings *f)
{
	for (size_t i = 0; i < rb->n_steps; i++)
		check_rollback(rb, &rb->steps[i], f);
}

/* ---- RB401, RB404 ---- */

void lint_no_verify(const struct runbook *rb, struct findings *f)
{
	if (runbook_acts(rb) && rb->n_verify == 0)
		finding_add(
			f, 401, rb->id_at,
			"steps change something, but nothing verifies that it helped ('verify')");
}

void lint_no_escalation(const struct runbook *rb, struct findings *f)
{
	static const char *const needed[] = {"rollback_failed", "step_unknown", NULL};
	const struct escalation *x = &rb->escalation;

	if (!runbook_acts(rb))
		return;
	if (!x->given || !x->notify.data) {
		finding_add(
			f, 404, x->given ? x->at : rb->id_at,
			"steps change something, but nobody is named to be called when it fails (escalation.notify)");
		return;
	}
	for (size_t i = 0; needed[i]; i++)
		if (!words_has(&x->on, span_cstr(needed[i])))
			finding_add(f, 404, x->at, "escalation.on does not name %s", needed[i]);
}
