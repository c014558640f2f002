/*
 * Steps, and the reads around them: preconditions, verification.
 */
#include "aiops-runbook/schema/load.h"

#include <signal.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"

const char *const effect_names[] = {"read", "write", "destructive", NULL};
const char *const step_type_names[] = {"command", "wait", "verify", "message", NULL};
const char *const on_failure_names[] = {"abort", "continue", "rollback", "escalate", NULL};

#define COMMAND_KEYS "argv", "env", "input", "timeout", "kill_after", "output_limit"

static bool is_step_id(struct span s)
{
	if (s.len == 0 || s.len > 63 || s.data[0] == '-' || s.data[0] == '_')
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.data[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'))
			return false;
	}
	return true;
}

static void load_id(struct reader *r, const struct yaml_node *map, struct scalar *out)
{
	if (read_scalar(r, read_required(r, map, "id"), out) && !is_step_id(out->text))
		finding_add(r->f, RB002, out->at,
			    "'%.80s' is no id: letters a-z, digits, - and _, at most 63",
			    out->text.data);
}

/* ---- probes ---- */

static void load_probe(struct reader *r, const struct yaml_node *map, const char *what,
		       struct probe *p)
{
	static const char *const keys[] = {"id",     "name", "effect", COMMAND_KEYS,
					   "expect", "poll", NULL};
	static const char *const later[] = {"http", "when", NULL};

	if (!read_is(r, map, YAML_MAP))
		return;
	p->at = node_pos(map);
	read_keys(r, map, keys, later);
	load_id(r, map, &p->id);
	(void)read_scalar(r, yaml_get(map, "name"), &p->name);
	load_read_effect(r, yaml_get(map, "effect"), what);
	(void)read_required(r, map, "argv");
	load_command(r, map, &p->command);
	load_expect(r, yaml_get(map, "expect"), &p->command.expect);
	load_poll(r, yaml_get(map, "poll"), &p->poll);
}

void load_probes(struct reader *r, const struct yaml_node *list, const char *what,
		 struct probe **out, size_t *n)
{
	*out = read_list(r, list, sizeof **out, n);
	for (size_t i = 0; i < *n; i++)
		load_probe(r, list->items[i], what, &(*out)[i]);
}

/* ---- what belongs to a command step ---- */

/* "timeout", "exit:N", "signal:N". */
static bool parse_cause(struct span text, struct retry_on *out)
{
	struct err ignored = ERR_INIT;
	size_t prefix = span_starts(text, "exit:") ? 5 : span_starts(text, "signal:") ? 7 : 0;
	int64_t n;

	if (span_is(text, "timeout")) {
		*out = (struct retry_on){.cause = RETRY_TIMEOUT};
		return true;
	}
	if (!prefix || num_parse_i64(span_of(text.data + prefix, text.len - prefix), 1,
				     prefix == 5 ? 255 : 64, &n, &ignored) != 0)
		return false;
	*out = (struct retry_on){.cause = prefix == 5 ? RETRY_EXIT : RETRY_SIGNAL,
				 .number = (int)n};
	return true;
}

static void load_causes(struct reader *r, const struct yaml_node *n, struct retry *out)
{
	struct words words = {0};

	if (!read_words(r, n, &words))
		return;
	out->on = pool_array(&r->rb->pool, words.n, sizeof *out->on);
	for (size_t i = 0; i < words.n; i++) {
		if (parse_cause(words.items[i], &out->on[out->n_on]))
			out->n_on++;
		else
			finding_add(r->f, RB002, node_pos(n),
				    "expected timeout, exit:N or signal:N, found '%.40s'",
				    words.items[i].data);
	}
}

static void load_retry(struct reader *r, const struct yaml_node *n, struct retry *out)
{
	static const char *const keys[] = {"max_attempts",
					   "initial_interval",
					   "backoff",
					   "max_interval",
					   "jitter",
					   "on",
					   NULL};

	*out = (struct retry){.max_attempts = 1, .backoff = 1, .max_ms = STEP_TIMEOUT_MAX_MS};
	if (!read_is(r, n, YAML_MAP))
		return;
	out->given = true;
	out->at = node_pos(n);
	read_keys(r, n, keys, NULL);
	(void)read_i64(r, read_required(r, n, "max_attempts"), 1, 1000, &out->max_attempts);
	(void)read_duration(r, yaml_get(n, "initial_interval"), 0, STEP_TIMEOUT_MAX_MS,
			    &out->initial_ms);
	(void)read_double(r, yaml_get(n, "backoff"), 1, 10, &out->backoff);
	(void)read_duration(r, yaml_get(n, "max_interval"), 0, STEP_TIMEOUT_MAX_MS, &out->max_ms);
	(void)read_double(r, yaml_get(n, "jitter"), 0, 1, &out->jitter_ratio);
	load_causes(r, yaml_get(n, "on"), out);
}

/* dry_run and check inherit the step's deadline. */
static void inherit(const struct cmd *from, struct cmd *to)
{
	if (to->argc && to->timeout_ms == 0) {
		to->timeout_ms = from->timeout_ms;
		to->timeout_at = from->timeout_at;
	}
}

static void load_check(struct reader *r, const struct yaml_node *n, struct step *s)
{
	static const char *const keys[] = {COMMAND_KEYS, "effect", "done_if", NULL};

	if (!read_is(r, n, YAML_MAP))
		return;
	read_keys(r, n, keys, NULL);
	(void)read_required(r, n, "argv");
	load_command(r, n, &s->check);
	load_read_effect(r, yaml_get(n, "effect"), "a check");
	load_expect(r, read_required(r, n, "done_if"), &s->check.expect);
	inherit(&s->command, &s->check);
	s->has_check = s->check.argc > 0;
}

static void load_dry_run(struct reader *r, const struct yaml_node *n, struct step *s)
{
	static const char *const keys[] = {COMMAND_KEYS, "effect", NULL};

	if (!read_is(r, n, YAML_MAP))
		return;
	read_keys(r, n, keys, NULL);
	(void)read_required(r, n, "argv");
	load_command(r, n, &s->dry_run);
	load_read_effect(r, yaml_get(n, "effect"), "a dry run");
	inherit(&s->command, &s->dry_run);
}

static void load_undo(struct reader *r, const struct yaml_node *n, struct step *s)
{
	static const char *const keys[] = {COMMAND_KEYS, "effect", "idempotent",
					   "expect",     "none",   NULL};
	int effect = EFFECT_DESTRUCTIVE;

	if (yaml_get(n, "none")) {
		s->rollback = ROLLBACK_NONE;
		(void)read_scalar(r, yaml_get(n, "none"), &s->rollback_reason);
		if (n->n > 1)
			finding_add(r->f, RB002, node_pos(n), "'none' stands alone");
		return;
	}
	read_keys(r, n, keys, NULL);
	s->rollback = ROLLBACK_COMMAND;
	(void)read_required(r, n, "argv");
	load_command(r, n, &s->undo);
	load_expect(r, yaml_get(n, "expect"), &s->undo.expect);
	(void)read_choice(r, read_required(r, n, "effect"), effect_names, &effect);
	s->undo_effect = (enum effect)effect;
	(void)read_bool(r, yaml_get(n, "idempotent"), &s->undo_idempotent);
}

static void load_rollback(struct reader *r, const struct yaml_node *n, struct step *s)
{
	if (!n)
		return;
	s->rollback_at = node_pos(n);
	if (n->type == YAML_SCALAR && span_is(n->text, "none"))
		s->rollback = ROLLBACK_NONE; /* without a reason: RB306 says so */
	else if (read_is(r, n, YAML_MAP))
		load_undo(r, n, s);
}

static void load_on_failure(struct reader *r, const struct yaml_node *n, struct step *s)
{
	int choice = ON_FAILURE_ABORT;

	s->on_failure = step_effect(s) == EFFECT_READ ? ON_FAILURE_ABORT : ON_FAILURE_ROLLBACK;
	if (!n)
		return;
	s->on_failure_at = node_pos(n);
	if (n->type == YAML_SCALAR && span_starts(n->text, "step:")) {
		finding_add(r->f, RB002, node_pos(n), "'step:ID' is not supported by this version");
	} else if (read_choice(r, n, on_failure_names, &choice)) {
		s->on_failure = (enum on_failure)choice;
		s->on_failure_given = true;
	}
}

static void load_effect(struct reader *r, const struct yaml_node *map, struct step *s)
{
	const struct yaml_node *unknown = yaml_get(map, "on_unknown");
	static const char *const answers[] = {"escalate", NULL};
	int effect = EFFECT_DESTRUCTIVE, answer;

	s->effect_given = read_choice(r, yaml_get(map, "effect"), effect_names, &effect);
	s->effect = (enum effect)effect;
	s->idempotent_given = read_bool(r, yaml_get(map, "idempotent"), &s->idempotent);
	s->on_unknown_escalate = read_choice(r, unknown, answers, &answer);
	load_target(r, map, s);
}

static void load_command_step(struct reader *r, const struct yaml_node *map, struct step *s)
{
	(void)read_required(r, map, "argv");
	load_command(r, map, &s->command);
	load_expect(r, yaml_get(map, "expect"), &s->command.expect);
	load_retry(r, yaml_get(map, "retry"), &s->retry);
	load_dry_run(r, yaml_get(map, "dry_run"), s);
	load_check(r, yaml_get(map, "check"), s);
	load_rollback(r, yaml_get(map, "rollback"), s);
}

static void load_verify_step(struct reader *r, const struct yaml_node *map, struct step *s)
{
	(void)read_required(r, map, "argv");
	load_command(r, map, &s->command);
	load_expect(r, yaml_get(map, "expect"), &s->command.expect);
	load_poll(r, yaml_get(map, "poll"), &s->poll);
	if (s->effect_given && s->effect != EFFECT_READ)
		finding_add(r->f, 403, s->at, "a verify step only reads, but this one says '%s'",
			    effect_names[s->effect]);
	s->effect = EFFECT_READ;
	s->effect_given = true;
}

/* The keys of each type of step; what a type gives no meaning to is an unknown key in it. */
static const char *const command_keys[] = {
	"id",    "name",    "type",    "effect", "idempotent", TARGET_KEYS,     COMMAND_KEYS, "expect",
	"retry", "capture", "dry_run", "check",  "on_unknown", "on_failure", "rollback",   NULL};
static const char *const verify_keys[] = {"id",     "name", "type",    "effect",     COMMAND_KEYS,
					  "expect", "poll", "capture", "on_failure", NULL};
static const char *const wait_keys[] = {"id", "name", "type", "duration", NULL};
static const char *const message_keys[] = {"id", "name", "type", "text", NULL};
static const char *const step_later[] = {"when",          "until",       "http",
					 "output_policy", "sandbox",     NULL};

static void load_by_type(struct reader *r, const struct yaml_node *map, struct step *s)
{
	switch (s->type) {
	case STEP_COMMAND:
		read_keys(r, map, command_keys, step_later);
		load_effect(r, map, s);
		load_command_step(r, map, s);
		return;
	case STEP_VERIFY:
		read_keys(r, map, verify_keys, step_later);
		load_effect(r, map, s);
		load_verify_step(r, map, s);
		return;
	case STEP_WAIT:
		read_keys(r, map, wait_keys, step_later);
		(void)read_template(r, read_required(r, map, "duration"), &s->duration);
		break;
	case STEP_MESSAGE:
		read_keys(r, map, message_keys, step_later);
		(void)read_template(r, read_required(r, map, "text"), &s->message);
		break;
	}
	s->effect = EFFECT_READ; /* neither touches the world */
	s->effect_given = true;
}

/* Nothing comes after `always` that could undo it, jump, or use what it captured. */
static void refuse_in_always(struct reader *r, const struct yaml_node *map)
{
	static const char *const keys[] = {"capture", "rollback", "on_failure", NULL};

	for (size_t i = 0; keys[i]; i++)
		if (yaml_get(map, keys[i]))
			finding_add(r->f, RB002, node_pos(yaml_get(map, keys[i])),
				    "a step of 'always' has no '%s'", keys[i]);
}

static void load_step(struct reader *r, const struct yaml_node *map, size_t index, bool main_list,
		      struct step *s)
{
	const struct yaml_node *type = yaml_get(map, "type");
	int choice = STEP_COMMAND;

	if (!read_is(r, map, YAML_MAP))
		return;
	s->at = node_pos(map);
	s->retry.max_attempts = 1;
	s->poll.consecutive = 1;
	load_id(r, map, &s->id);
	(void)read_scalar(r, yaml_get(map, "name"), &s->name);
	if (type && type->type == YAML_SCALAR && span_is(type->text, "http")) {
		finding_add(r->f, RB002, node_pos(type),
			    "steps of type http are not supported by this version");
		s->effect = EFFECT_READ; /* what else it lacks is not worth telling */
		s->effect_given = true;
		return;
	}
	(void)read_choice(r, type, step_type_names, &choice);
	s->type = (enum step_type)choice;
	load_by_type(r, map, s);
	load_on_failure(r, yaml_get(map, "on_failure"), s);
	if (main_list)
		load_captures(r, yaml_get(map, "capture"), index, s);
	else
		refuse_in_always(r, map);
}

void load_steps(struct reader *r, const struct yaml_node *list, struct step **out, size_t *n)
{
	bool main_list = out == &r->rb->steps;

	*out = read_list(r, list, sizeof **out, n);
	for (size_t i = 0; i < *n; i++)
		load_step(r, list->items[i], i, main_list, &(*out)[i]);
}
