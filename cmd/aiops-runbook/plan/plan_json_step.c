/*
 * The members of a plan's core that say what its steps are.
 */
#include "aiops-runbook/plan/plan_json_impl.h"

static void write_captures(struct writer *o, const struct step *s)
{
	if (!s->n_captures)
		return;
	jsonw_key(&o->w, "capture");
	jsonw_array(&o->w);
	for (size_t i = 0; i < s->n_captures; i++)
		jsonw_string(&o->w, o->p->rb->captures[s->captures[i]].as.name);
	jsonw_array_end(&o->w);
}

static void write_cause(struct writer *o, const struct retry_on *on)
{
	static const char *const words[] = {[RETRY_TIMEOUT] = "timeout",
					    [RETRY_EXIT] = "exit:%d",
					    [RETRY_SIGNAL] = "signal:%d",
					    [RETRY_STATUS] = "status:%d",
					    [RETRY_NO_CONNECTION] = "no_connection",
					    [RETRY_NO_ANSWER] = "no_answer"};
	struct buf text = BUF_INIT(32);
	struct span word = span_cstr(words[on->cause]);

	if (word.data[word.len - 1] == 'd' && word.data[word.len - 2] == '%') {
		buf_add(&text, word.data, word.len - 2);
		buf_add_i64(&text, on->number);
	} else {
		buf_add_span(&text, word);
	}
	jsonw_string(&o->w, buf_span(&text));
	buf_release(&text);
}

static void write_retry(struct writer *o, const struct retry *r)
{
	if (!r->given)
		return;
	jsonw_key(&o->w, "retry");
	jsonw_object(&o->w);
	jsonw_member_double(&o->w, "backoff", r->backoff);
	jsonw_member_i64(&o->w, "initial_ms", r->initial_ms);
	jsonw_member_double(&o->w, "jitter", r->jitter_ratio);
	jsonw_member_i64(&o->w, "max_attempts", r->max_attempts);
	jsonw_member_i64(&o->w, "max_ms", r->max_ms);
	jsonw_key(&o->w, "on");
	jsonw_array(&o->w);
	for (size_t i = 0; i < r->n_on; i++)
		write_cause(o, &r->on[i]);
	jsonw_array_end(&o->w);
	jsonw_object_end(&o->w);
}

static void write_rollback(struct writer *o, const struct step *s)
{
	if (s->rollback == ROLLBACK_COMMAND) {
		plan_json_command(o, "rollback", &s->undo, effect_names[s->undo_effect]);
	} else if (s->rollback == ROLLBACK_NONE) {
		jsonw_key(&o->w, "rollback");
		jsonw_object(&o->w);
		jsonw_member(&o->w, "none",
			     s->rollback_reason.text.data ? s->rollback_reason.text : SPAN(""));
		jsonw_object_end(&o->w);
	}
}

static void write_selector(struct writer *o, const struct step *s)
{
	if (s->n_selector == 0)
		return;
	jsonw_key(&o->w, "target_selector");
	jsonw_object(&o->w);
	for (size_t i = 0; i < s->n_selector; i++) {
		jsonw_key_span(&o->w, s->selector[i].name);
		plan_json_template(o, &s->selector[i].value);
	}
	jsonw_object_end(&o->w);
}

static void write_on_failure(struct writer *o, const struct step *s)
{
	struct buf text = BUF_INIT(128);

	if (s->on_failure == ON_FAILURE_STEP) {
		buf_add_cstr(&text, "step:");
		buf_add_span(&text, s->jump_id);
	} else {
		buf_add_cstr(&text, on_failure_names[s->on_failure]);
	}
	jsonw_member(&o->w, "on_failure", buf_span(&text));
	buf_release(&text);
}

/* Whether the step will be done is a part of the plan; what only the run can know is "unknown". */
static void write_condition(struct writer *o, const struct step *s)
{
	if (!s->when.given)
		return;
	jsonw_key(&o->w, "when");
	jsonw_object(&o->w);
	jsonw_key(&o->w, "holds");
	switch (plan_condition(o->p, s)) {
	case PLAN_HOLDS:
		jsonw_bool(&o->w, true);
		break;
	case PLAN_FAILS:
		jsonw_bool(&o->w, false);
		break;
	case PLAN_UNKNOWN:
		jsonw_cstr(&o->w, "unknown");
		break;
	}
	plan_json_comparison(o, "is", &s->when.is);
	jsonw_member(&o->w, "of", s->when.of.source);
	jsonw_object_end(&o->w);
}

static void write_step(struct writer *o, const struct step *s)
{
	jsonw_object(&o->w);
	if (step_effect(s) != EFFECT_READ)
		jsonw_member(&o->w, "action_type", span_cstr(action_type_names[step_action(s)]));
	write_captures(o, s);
	if (s->has_check)
		plan_json_command(o, "check", &s->check, NULL);
	plan_json_command(o, "command", &s->command, NULL);
	plan_json_command(o, "dry_run", &s->dry_run, NULL);
	if (s->duration.source.data)
		plan_json_member(o, "duration", &s->duration);
	jsonw_member(&o->w, "effect", span_cstr(effect_names[step_effect(s)]));
	jsonw_member(&o->w, "id", s->id.text);
	jsonw_member_bool(&o->w, "idempotent", s->idempotent);
	if (s->type == STEP_MESSAGE)
		plan_json_member(o, "message", &s->message);
	write_on_failure(o, s);
	if (s->on_unknown_escalate)
		jsonw_member(&o->w, "on_unknown", SPAN("escalate"));
	plan_json_poll(o, &s->poll);
	write_retry(o, &s->retry);
	write_rollback(o, s);
	if (s->has_target)
		plan_json_member(o, "target", &s->target);
	write_selector(o, s);
	jsonw_member_opt(&o->w, "target_type", s->target_type);
	jsonw_member(&o->w, "type", span_cstr(step_type_names[s->type]));
	if (s->until.source.data)
		plan_json_member(o, "until", &s->until);
	write_condition(o, s);
	jsonw_object_end(&o->w);
}

void plan_json_steps(struct writer *o, const char *key, const struct step *steps, size_t n)
{
	jsonw_key(&o->w, key);
	jsonw_array(&o->w);
	for (size_t i = 0; i < n; i++)
		write_step(o, &steps[i]);
	jsonw_array_end(&o->w);
}
