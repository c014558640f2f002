#include "aiops-runbook/lint/lint.h"

#include "aiops-runbook/lint/rules.h"
#include "aiops-runbook/lint/suppress.h"
#include "aiops-runbook/schema/http.h"

const char *const lint_profile_names[] = {"min", "safe", "ai", "prod", NULL};

static void drop_others(struct findings *f, enum lint_profile profile)
{
	for (size_t i = f->n; i > 0; i--)
		if (rule_by_number(f->items[i - 1].rule)->profile > profile)
			findings_drop(f, i - 1);
}

void lint_runbook(const struct runbook *rb, const struct lint_terms *t, struct findings *f)
{
	struct lint_terms terms = *t;

	terms.asked = t->profile;
	if (rb && rb->ai_executable && terms.profile < LINT_AI)
		terms.profile = LINT_AI;
	drop_others(f, terms.profile);
	for (size_t i = 0; rb && i < rule_count; i++) {
		if (rules[i].profile > terms.profile)
			continue;
		if (rules[i].check)
			rules[i].check(rb, f);
		else if (rules[i].check_by)
			rules[i].check_by(rb, &terms, f);
	}
	if (rb)
		suppress_in_file(rb, terms.now_ns, f);
	findings_sort(f);
}

/* ---- walking over all templates ---- */

struct walk {
	template_fn *fn;
	void *ctx;
	size_t captures_from;
};

static void visit(const struct walk *w, const struct template *t, enum template_role role,
		  const struct cmd *c, size_t index)
{
	const struct template_use use = {t, role, c, index, w->captures_from};

	if (t->source.data)
		w->fn(w->ctx, &use);
}

static void visit_request(const struct walk *w, const struct cmd *c)
{
	const struct http *h = c->http;

	visit(w, &h->url, ROLE_URL, c, 0);
	visit(w, &h->secret, ROLE_SECRET, c, 0);
	for (size_t i = 0; i < h->n_headers; i++)
		visit(w, &h->headers[i].value, ROLE_HEADER, c, i);
	for (size_t i = 0; i < h->n_form; i++)
		visit(w, &h->form[i].value, ROLE_BODY, c, i);
	for (size_t i = 0; i < h->n_json; i++)
		visit(w, &h->json[i].value, ROLE_BODY, c, i);
}

static void visit_command(const struct walk *w, const struct cmd *c)
{
	if (c->http)
		visit_request(w, c);
	for (size_t i = 0; i < c->argc; i++)
		visit(w, &c->argv[i], ROLE_ARGV, c, i);
	for (size_t i = 0; i < c->n_env; i++)
		visit(w, &c->env[i].value, ROLE_ENV, c, i);
	visit(w, &c->expect.output.value, ROLE_VALUE, NULL, 0);
	visit(w, &c->expect.json.value, ROLE_VALUE, NULL, 0);
}

static void visit_probes(const struct walk *w, const struct probe *probes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		visit_command(w, &probes[i].command);
}

static void visit_step(struct walk *w, const struct step *s, size_t before, size_t after)
{
	w->captures_from = before;
	visit_command(w, &s->command);
	visit_command(w, &s->dry_run);
	visit_command(w, &s->check);
	visit(w, &s->target, ROLE_TARGET, NULL, 0);
	for (size_t i = 0; i < s->n_selector; i++)
		visit(w, &s->selector[i].value, ROLE_TARGET, NULL, 0);
	visit(w, &s->when.of, ROLE_CONDITION, NULL, 0);
	visit(w, &s->when.is.value, ROLE_CONDITION, NULL, 0);
	visit(w, &s->duration, ROLE_DURATION, NULL, 0);
	visit(w, &s->until, ROLE_DURATION, NULL, 0);
	visit(w, &s->message, ROLE_MESSAGE, NULL, 0);
	w->captures_from = after; /* the undo comes after the step */
	visit_command(w, &s->undo);
}

void lint_each_template(const struct runbook *rb, template_fn *fn, void *ctx)
{
	struct walk w = {fn, ctx, 0};

	visit(&w, &rb->limits.concurrency_key, ROLE_KEY, NULL, 0);
	visit(&w, &rb->limits.population, ROLE_KEY, NULL, 0);
	visit_probes(&w, rb->preconditions, rb->n_preconditions);
	for (size_t i = 0; i < rb->n_steps; i++)
		visit_step(&w, &rb->steps[i], i, i + 1);
	w.captures_from = rb->n_steps;
	visit_probes(&w, rb->verify, rb->n_verify);
	/* These run after any number of steps, so no capture is sure to be known. */
	for (size_t i = 0; i < rb->n_always; i++)
		visit_step(&w, &rb->always[i], 0, 0);
	w.captures_from = 0;
	visit_probes(&w, rb->verify_rollback, rb->n_verify_rollback);
}

/* ---- walking over all commands ---- */

static void each_probe(const struct probe *probes, size_t n, const char *what, command_fn *fn,
		       void *ctx)
{
	for (size_t i = 0; i < n; i++) {
		const struct command_use use = {&probes[i].command, what, probes[i].id.text, NULL,
						false};

		if (probes[i].command.argc)
			fn(ctx, &use);
	}
}

static void each_step(const struct step *steps, size_t n, command_fn *fn, void *ctx)
{
	for (size_t i = 0; i < n; i++) {
		const struct step *s = &steps[i];
		const struct span id = s->id.text;
		const struct command_use uses[] = {
			{&s->command, "step", id, s, step_effect(s) != EFFECT_READ},
			{&s->check, "check of step", id, s, false},
			{&s->dry_run, "dry run of step", id, s, false},
			{&s->undo, "rollback of step", id, s, s->undo_effect != EFFECT_READ}};

		for (size_t k = 0; k < sizeof uses / sizeof *uses; k++)
			if (uses[k].command->argc)
				fn(ctx, &uses[k]);
	}
}

void lint_each_command(const struct runbook *rb, command_fn *fn, void *ctx)
{
	each_probe(rb->preconditions, rb->n_preconditions, "precondition", fn, ctx);
	each_step(rb->steps, rb->n_steps, fn, ctx);
	each_probe(rb->verify, rb->n_verify, "verification", fn, ctx);
	each_step(rb->always, rb->n_always, fn, ctx);
	each_probe(rb->verify_rollback, rb->n_verify_rollback, "verification", fn, ctx);
}
