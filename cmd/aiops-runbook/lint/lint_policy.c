/*
 * Rules about what a runbook may do: effects, approvals, the size of the blast.
 */
#include "aiops-runbook/lint/calls.h"
#include "aiops-runbook/lint/rules.h"

/* ---- RB201 ---- */

static void effect_missing(const struct step *steps, size_t n, struct findings *f)
{
	for (size_t i = 0; i < n; i++)
		if (!steps[i].effect_given)
			finding_add(
				f, 201, steps[i].at,
				"step '%s' does not say its effect (read, write or destructive): it counts as destructive",
				step_name(&steps[i]));
}

void lint_effect_missing(const struct runbook *rb, struct findings *f)
{
	effect_missing(rb->steps, rb->n_steps, f);
	effect_missing(rb->always, rb->n_always, f);
}

/* ---- RB203 ---- */

static void unapproved(const struct runbook *rb, const struct step *steps, size_t n,
		       struct findings *f)
{
	const struct approval_policy *a = &rb->approval;

	for (size_t i = 0; i < n; i++) {
		if (step_effect(&steps[i]) != EFFECT_DESTRUCTIVE)
			continue;
		if (!a->given || !a->required_for[EFFECT_DESTRUCTIVE])
			finding_add(f, 203, steps[i].at,
				    "step '%s' is destructive, but no approval is required for it",
				    step_name(&steps[i]));
		else if (a->n_approvers == 0)
			finding_add(
				f, 203, a->at,
				"step '%s' is destructive, but 'approvers' names nobody ('site': those of the site's "
				"configuration)",
				step_name(&steps[i]));
	}
}

void lint_destructive_without_approval(const struct runbook *rb, struct findings *f)
{
	unapproved(rb, rb->steps, rb->n_steps, f);
	unapproved(rb, rb->always, rb->n_always, f);
}

/* ---- RB204 ---- */

void lint_approval_expiry(const struct runbook *rb, struct findings *f)
{
	const struct approval_policy *a = &rb->approval;

	if (!a->expires_given)
		return; /* 30 minutes */
	if (a->expires_in_ms == 0)
		finding_add(f, 204, a->expires_at,
			    "an approval that expires at once can never be used");
	else if (a->expires_in_ms > APPROVAL_EXPIRES_MAX_MS)
		finding_add(f, 204, a->expires_at, "an approval may stay open for 24h at most");
}

/* ---- RB205 ---- */

/* The configuration says how many they are. */
static bool names_many(const struct approval_policy *a)
{
	for (size_t i = 0; i < a->n_approvers; i++)
		if (span_is(a->approvers[i].text, "site") ||
		    span_starts(a->approvers[i].text, "group:"))
			return true;
	return false;
}

void lint_self_approval(const struct runbook *rb, struct findings *f)
{
	const struct approval_policy *a = &rb->approval;

	if (a->allow_self)
		finding_add(f, 205, a->allow_self_at, "allow_self lets whoever asks approve");
	if (a->approvers_given && !names_many(a) && a->min_approvals > (int64_t)a->n_approvers)
		finding_add(f, 205, a->at, "%lld approvals are needed, but 'approvers' names %zu",
			    (long long)a->min_approvals, a->n_approvers);
}

/* ---- RB206 ---- */

/* Words by which a command means everything of a kind. */
static bool means_all(struct span word)
{
	static const char *const words[] = {"--all", "--all-namespaces", "-A", "*", NULL};

	for (size_t i = 0; words[i]; i++)
		if (span_is(word, words[i]))
			return true;
	return false;
}

static bool is_selector(struct span word)
{
	return span_is(word, "-l") || span_is(word, "--selector") ||
	       span_starts(word, "--selector=") || span_starts(word, "-l=");
}

static bool deletes(const struct cmd *c)
{
	for (size_t i = 1; i < c->argc; i++)
		if (span_is(c->argv[i].source, "delete") || span_is(c->argv[i].source, "rm"))
			return true;
	return false;
}

static void check_breadth(const struct step *s, struct findings *f)
{
	for (size_t i = 1; i < s->command.argc; i++) {
		const struct template *t = &s->command.argv[i];

		if (means_all(t->source) || (is_selector(t->source) && deletes(&s->command)))
			finding_add(f, 206, t->at,
				    "'%s' reaches more than the targets that are named and counted",
				    t->source.data);
	}
}

/* Targets are counted, approved and kept apart before anything runs. */
static bool is_known_when_planned(const struct template *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->parts[i].ref != REF_NONE && t->parts[i].ref != REF_PARAM &&
		    t->parts[i].ref != REF_RUNBOOK_ID)
			return false;
	return true;
}

static void check_selector(const struct step *s, struct findings *f)
{
	for (size_t i = 0; i < s->n_selector; i++) {
		const struct template *t = &s->selector[i].value;

		if (span_trim(t->source).len == 0 || means_all(span_trim(t->source)))
			finding_add(f, 206, t->at,
				    "the target_selector of step '%s' selects everything",
				    step_name(s));
		else if (!is_known_when_planned(t))
			finding_add(f, 206, t->at, "a target_selector is made of parameters only");
	}
}

static void check_targets(const struct step *steps, size_t n, bool all, struct findings *f)
{
	for (size_t i = 0; i < n; i++) {
		const struct step *s = &steps[i];

		if (step_effect(s) == EFFECT_READ)
			continue;
		if (!s->has_target)
			finding_add(f, 206, s->at,
				    "step '%s' changes something but names no target",
				    step_name(s));
		else if (span_trim(s->target.source).len == 0 ||
			 (means_all(span_trim(s->target.source)) && !all))
			finding_add(f, 206, s->target.at,
				    "the target of step '%s' is empty or everything", step_name(s));
		else if (!is_known_when_planned(&s->target))
			finding_add(
				f, 206, s->target.at,
				"the target of step '%s' is captured while it runs: it must be known when it is planned",
				step_name(s));
		check_selector(s, f);
		check_breadth(s, f);
	}
}

void lint_no_blast_limit(const struct runbook *rb, struct findings *f)
{
	check_targets(rb->steps, rb->n_steps, rb->limits.allow_all, f);
	check_targets(rb->always, rb->n_always, rb->limits.allow_all, f);
	if (rb->limits.has_concurrency_key && !is_known_when_planned(&rb->limits.concurrency_key))
		finding_add(f, 206, rb->limits.concurrency_key.at,
			    "concurrency_key is made of parameters only");
	if (rb->limits.population.source.data && !is_known_when_planned(&rb->limits.population))
		finding_add(f, 206, rb->limits.population.at,
			    "population is a number or made of parameters only");
	if (runbook_acts(rb) && rb->limits.max_targets == 0)
		finding_add(f, 206, rb->limits.given ? rb->limits.at : rb->id_at,
			    "steps change something, but limits.max_targets is missing");
}
