/*
 * show: a runbook in words, for who reviews it.
 */
#include "aiops-runbook/commands/app.h"
#include "aiops-runbook/schema/http.h"
#include "base/num.h"

enum { PAGE_MAX = 4 << 20 };

/* ---- parts of a line ---- */

static void add_words(struct buf *out, const struct words *w)
{
	for (size_t i = 0; i < w->n; i++)
		buf_addf(out, "%s%s", i ? ", " : "", w->items[i].data);
}

static bool is_plain(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.data[i] <= ' ' || s.data[i] == '"')
			return false;
	return s.len > 0;
}

static void add_duration(struct buf *out, const char *before, int64_t ms)
{
	if (ms == 0)
		return;
	buf_add_cstr(out, before);
	num_add_duration_ms(out, ms);
}

static void add_command(struct buf *out, const struct cmd *c)
{
	if (c->http) {
		buf_addf(out, "%s %s", http_method_names[c->http->method],
			 c->http->url.source.data);
	} else {
		for (size_t i = 0; i < c->argc; i++) {
			struct span word = c->argv[i].source;

			if (i)
				buf_add_char(out, ' ');
			if (is_plain(word))
				buf_add_span(out, word);
			else
				jsonw_quote(out, word);
		}
	}
	if (c->input_file.data)
		buf_addf(out, " < %s", c->input_file.data);
	add_duration(out, "   (at most ", c->timeout_ms);
	buf_add_cstr(out, c->timeout_ms ? ")\n" : "\n");
}

static void add_comparison(struct buf *out, const char *what, const struct comparison *c)
{
	if (!c->given)
		return;
	buf_addf(out, ", %s", what);
	if (c->path.data)
		buf_addf(out, " %s", c->path.data);
	buf_addf(out, " %s ", op_names[c->op]);
	if (c->op == OP_IN)
		add_words(out, &c->among);
	else if (c->op == OP_MATCHES)
		buf_add_span(out, c->pattern_text);
	else if (c->op != OP_EXISTS)
		buf_add_span(out, c->value.source);
}

static void add_expect(struct buf *out, const struct cmd *c, const struct poll *p)
{
	const struct expect *x = &c->expect;

	buf_add_cstr(out, "      holds if: ");
	if (c->http)
		buf_add_cstr(out, "the status is accepted");
	else
		buf_add_cstr(out, "exit");
	for (size_t i = 0; !c->http && i < x->n_codes; i++)
		buf_addf(out, "%s %d", i ? "," : "", x->codes[i]);
	if (!c->http && x->n_codes == 0)
		buf_add_cstr(out, " 0");
	if (x->stdout_text.data)
		buf_addf(out, ", output has /%s/", x->stdout_text.data);
	if (x->stderr_text.data)
		buf_addf(out, ", errors have /%s/", x->stderr_text.data);
	add_comparison(out, "output", &x->output);
	add_comparison(out, "json", &x->json);
	if (p->given) {
		buf_addf(out, "; %lld in a row", (long long)p->consecutive);
		add_duration(out, ", every ", p->every_ms);
		add_duration(out, " for at most ", p->for_ms);
	}
	buf_add_char(out, '\n');
}

/* ---- sections ---- */

static void show_head(struct buf *out, const struct runbook *rb)
{
	buf_addf(out, "%s: %s\n", rb->id.data, rb->name.data);
	if (rb->description.data)
		buf_addf(out, "%s\n", rb->description.data);
	buf_addf(out, "\nrisk %s, %s\n", risk_names[rb->risk],
		 rb->ai_executable ? "an agent may start it" : "only a person starts it");
	if (rb->owner.data)
		buf_addf(out, "owner %s\n", rb->owner.data);
	if (rb->reviewed_at.data)
		buf_addf(out, "reviewed %s", rb->reviewed_at.data);
	add_duration(out, ", to be read again every ", rb->review_every_ms);
	buf_add_cstr(out, rb->reviewed_at.data ? "\n" : "");
	for (size_t i = 0; i < rb->n_triggers; i++) {
		for (size_t k = 0; k < rb->triggers[i].n; k++) {
			buf_addf(out, "%s%s: ", k ? "; " : "for ",
				 rb->triggers[i].labels[k].name.data);
			add_words(out, &rb->triggers[i].labels[k].values);
		}
		buf_add_char(out, '\n');
	}
}

static void show_params(struct buf *out, const struct runbook *rb)
{
	if (rb->n_params)
		buf_add_cstr(out, "\nParameters\n");
	for (size_t i = 0; i < rb->n_params; i++) {
		const struct param *p = &rb->params[i];

		buf_addf(out, "  %s  %s", p->name.data, param_type_names[p->type]);
		if (p->required)
			buf_add_cstr(out, ", required");
		if (p->has_default)
			buf_addf(out, ", else %s", p->standard.data);
		if (p->label.data)
			buf_addf(out, ", from the label %s", p->label.data);
		if (p->pattern_text.data)
			buf_addf(out, ", like /%s/", p->pattern_text.data);
		if (p->allow.n) {
			buf_add_cstr(out, ", one of ");
			add_words(out, &p->allow);
		}
		if (p->deny.n) {
			buf_add_cstr(out, ", never ");
			add_words(out, &p->deny);
		}
		buf_add_char(out, '\n');
	}
}

static void show_terms(struct buf *out, const struct runbook *rb)
{
	const struct limits *l = &rb->limits;
	const struct approval_policy *a = &rb->approval;

	buf_add_cstr(out, "\nLimits and approval\n");
	buf_addf(out, "  %lld actions an hour", (long long)l->max_actions_per_hour);
	if (l->max_targets)
		buf_addf(out, ", %lld target%s at most", (long long)l->max_targets,
			 l->max_targets == 1 ? "" : "s");
	if (l->max_steps_per_incident)
		buf_addf(out, ", %lld steps for an incident", (long long)l->max_steps_per_incident);
	add_duration(out, ", a target rests for ", l->per_target_cooldown_ms);
	add_duration(out, ", at most ", l->max_duration_ms);
	buf_add_cstr(out, "\n  approval for");
	for (int i = EFFECT_READ; i <= EFFECT_DESTRUCTIVE; i++)
		if (a->required_for[i])
			buf_addf(out, " %s", effect_names[i]);
	buf_addf(out, ", by %lld of", (long long)a->min_approvals);
	for (size_t i = 0; i < a->n_approvers; i++)
		buf_addf(out, " %s", a->approvers[i].text.data);
	if (a->n_approvers == 0)
		buf_add_cstr(out, " those of the site");
	add_duration(out, ", within ", a->expires_in_ms);
	buf_add_char(out, '\n');
}

static void show_probes(struct buf *out, const char *title, const struct probe *probes, size_t n)
{
	if (n)
		buf_addf(out, "\n%s\n", title);
	for (size_t i = 0; i < n; i++) {
		buf_addf(out, "  %s%s%s\n      ", probes[i].id.text.data,
			 probes[i].name.text.data ? ": " : "",
			 probes[i].name.text.data ? probes[i].name.text.data : "");
		add_command(out, &probes[i].command);
		add_expect(out, &probes[i].command, &probes[i].poll);
	}
}

static void show_undo(struct buf *out, const struct step *s)
{
	if (s->rollback == ROLLBACK_NONE)
		buf_addf(out, "      cannot be undone: %s\n",
			 s->rollback_reason.text.data ? s->rollback_reason.text.data : "?");
	if (s->rollback != ROLLBACK_COMMAND)
		return;
	buf_add_cstr(out, "      undo: ");
	add_command(out, &s->undo);
}

static void show_acting(struct buf *out, const struct step *s)
{
	if (step_effect(s) == EFFECT_READ)
		return;
	buf_addf(out, "      on %s, %s, %s\n", s->has_target ? s->target.source.data : "?",
		 action_type_names[step_action(s)],
		 s->idempotent ? "may be repeated" : "must not be repeated unasked");
	if (s->has_check) {
		buf_add_cstr(out, "      whether it happened: ");
		add_command(out, &s->check);
	}
	show_undo(out, s);
}

static void show_step(struct buf *out, const struct runbook *rb, const struct step *s)
{
	buf_addf(out, "  [%s] %s%s%s\n", effect_names[step_effect(s)], s->id.text.data,
		 s->name.text.data ? ": " : "", s->name.text.data ? s->name.text.data : "");
	if (s->when.given) {
		buf_addf(out, "      only when %s", s->when.of.source.data);
		add_comparison(out, "it", &s->when.is);
		buf_add_char(out, '\n');
	}
	if (s->type == STEP_WAIT)
		buf_addf(out, "      wait %s\n",
			 s->until.source.data ? s->until.source.data : s->duration.source.data);
	else if (s->type == STEP_MESSAGE)
		buf_addf(out, "      say: %s\n", s->message.source.data);
	else {
		buf_add_cstr(out, "      ");
		add_command(out, &s->command);
	}
	if (s->type == STEP_VERIFY)
		add_expect(out, &s->command, &s->poll);
	for (size_t i = 0; i < s->n_captures; i++)
		buf_addf(out, "      keeps %s\n", rb->captures[s->captures[i]].as.name.data);
	show_acting(out, s);
	buf_addf(out, "      if it fails: %s\n", on_failure_names[s->on_failure]);
}

static void show_steps(struct buf *out, const struct runbook *rb, const char *title,
		       const struct step *steps, size_t n)
{
	if (n)
		buf_addf(out, "\n%s\n", title);
	for (size_t i = 0; i < n; i++)
		show_step(out, rb, &steps[i]);
}

static void show_end(struct buf *out, const struct runbook *rb)
{
	if (!rb->escalation.given)
		return;
	buf_addf(out, "\nCalled: %s, on ",
		 rb->escalation.notify.data ? rb->escalation.notify.data : "nobody");
	add_words(out, &rb->escalation.on);
	buf_add_char(out, '\n');
}

static void show_runbook(struct buf *out, const struct runbook *rb)
{
	show_head(out, rb);
	show_params(out, rb);
	show_terms(out, rb);
	show_probes(out, "Only if", rb->preconditions, rb->n_preconditions);
	show_steps(out, rb, "Steps", rb->steps, rb->n_steps);
	show_probes(out, "It helped if", rb->verify, rb->n_verify);
	show_probes(out, "Undoing put things right if", rb->verify_rollback, rb->n_verify_rollback);
	show_steps(out, rb, "At the end, whatever happened", rb->always, rb->n_always);
	show_end(out, rb);
}

int show_run(struct cli *c)
{
	struct err e = ERR_INIT;
	struct buf page = BUF_INIT(PAGE_MAX), safe = BUF_INIT(4 * PAGE_MAX);
	struct app a;
	size_t n;
	char *const *operands = cli_operands(c, &n);
	struct runbook *rb = NULL;
	int code = EX_DONE;

	if (n != 1) {
		err_set(&e, EX_BADUSAGE, "show takes one runbook");
		return msg_err(c, NULL, &e);
	}
	if (app_init(&a, c, &e) != 0)
		return msg_err(c, cli_config_path(c), &e);
	rb = app_load_runbook(&a, operands[0], &e);
	if (rb) {
		show_runbook(&page, rb);
		term_safe(&safe, buf_span(&page));
		out_write(c, buf_span(&safe));
	} else {
		code = app_fail(&a, NULL, &e);
	}
	runbook_free(rb);
	buf_release(&page);
	buf_release(&safe);
	app_release(&a);
	return code;
}
