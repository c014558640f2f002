/*
 * Steps, and the reads around them: preconditions, verification.
 */
#include "aiops-runbook/schema/load.h"

#include <signal.h>
#include <string.h>

#include "aiops-runbook/schema/http.h"
#include "base/mem.h"
#include "base/num.h"

const char *const effect_names[] = {"read", "write", "destructive", NULL};
const char *const step_type_names[] = {"command", "wait", "verify", "message", "http", NULL};
/* "step" is written step:ID, so it is no choice of its own. */
const char *const on_failure_names[] = {"abort", "continue", "rollback", "escalate", NULL};

#define COMMON_KEYS  "timeout", "kill_after", "output_limit", "sandbox"
#define ARGV_KEYS    "argv", "env", "input", "output_policy", COMMON_KEYS
#define COMMAND_KEYS "http", ARGV_KEYS

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
	if (!read_is(r, map, YAML_MAP))
		return;
	p->at = node_pos(map);
	read_keys(r, map, keys, NULL);
	load_id(r, map, &p->id);
	(void)read_scalar(r, yaml_get(map, "name"), &p->name);
	load_command(r, map, false, &p->command);
	load_read_effect(r, yaml_get(map, "effect"), &p->command, what);
	load_expect(r, yaml_get(map, "expect"), &p->command);
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
	load_command(r, n, false, &s->check);
	load_read_effect(r, yaml_get(n, "effect"), &s->check, "a check");
	load_expect(r, read_required(r, n, "done_if"), &s->check);
	inherit(&s->command, &s->check);
	s->has_check = s->check.argc > 0;
}

static void load_dry_run(struct reader *r, const struct yaml_node *n, struct step *s)
{
	static const char *const keys[] = {COMMAND_KEYS, "effect", NULL};

	if (!read_is(r, n, YAML_MAP))
		return;
	read_keys(r, n, keys, NULL);
	load_command(r, n, false, &s->dry_run);
	load_read_effect(r, yaml_get(n, "effect"), &s->dry_run, "a dry run");
	inherit(&s->command, &s->dry_run);
}

/* Its tries are told apart from those of the step. */
static void check_undo_request(struct reader *r, struct step *s)
{
	struct buf key = BUF_INIT(256);

	if (!s->undo.http)
		return;
	if (s->undo_effect < http_least_effect(s->undo.http->method))
		finding_add(r->f, 403, s->undo.at,
			    "an undo that says it only reads, but %s does more",
			    http_method_names[s->undo.http->method]);
	buf_add_span(&key, s->id.text);
	buf_add_cstr(&key, "/undo");
	s->undo.http->step = pool_take(&r->rb->pool, &key);
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
	load_command(r, n, false, &s->undo);
	load_expect(r, yaml_get(n, "expect"), &s->undo);
	(void)read_choice(r, read_required(r, n, "effect"), effect_names, &effect);
	s->undo_effect = (enum effect)effect;
	check_undo_request(r, s);
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
		s->on_failure = ON_FAILURE_STEP;
		s->on_failure_given = true;
		s->jump_id = span_of(n->text.data + 5, n->text.len - 5);
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
	bool http = s->type == STEP_HTTP;

	load_command(r, map, http, &s->command);
	load_expect(r, yaml_get(map, "expect"), &s->command);
	load_retry(r, yaml_get(map, "retry"), http, &s->retry);
	load_dry_run(r, yaml_get(map, "dry_run"), s);
	load_check(r, yaml_get(map, "check"), s);
	load_rollback(r, yaml_get(map, "rollback"), s);
}

/* A request's method says the least that it does; what it says of itself may only be more. */
static void load_http_step(struct reader *r, const struct yaml_node *map, struct step *s)
{
	const struct http *h;
	enum effect least;

	load_command_step(r, map, s);
	h = s->command.http;
	if (!h)
		return;
	s->command.http->step = s->id.text;
	least = http_least_effect(h->method);
	if (!s->effect_given)
		s->effect = h->method == METHOD_DELETE ? EFFECT_DESTRUCTIVE : least;
	else if (s->effect < least)
		finding_add(r->f, 403, s->at, "step '%s' says that it only reads, but %s does more",
			    s->id.text.data ? s->id.text.data : "?", http_method_names[h->method]);
	s->effect_given = true;
	s->idempotent = s->idempotent || h->idempotency_key;
}

static void load_verify_step(struct reader *r, const struct yaml_node *map, struct step *s)
{
	load_command(r, map, false, &s->command);
	load_read_effect(r, yaml_get(map, "effect"), &s->command, "a verify step");
	load_expect(r, yaml_get(map, "expect"), &s->command);
	load_poll(r, yaml_get(map, "poll"), &s->poll);
	s->effect = EFFECT_READ;
	s->effect_given = true;
}

/* The keys of each type of step; what a type gives no meaning to is an unknown key in it. */
#define STEP_KEYS "id", "name", "type", "when"
#define ACT_KEYS                                                                                   \
	"effect", "idempotent", TARGET_KEYS, "expect", "retry", "capture", "dry_run", "check",     \
		"on_unknown", "on_failure", "rollback"
static const char *const command_keys[] = {STEP_KEYS, ACT_KEYS, ARGV_KEYS, NULL};
static const char *const http_step_keys[] = {STEP_KEYS, ACT_KEYS, HTTP_KEYS, COMMON_KEYS, NULL};
static const char *const verify_keys[] = {STEP_KEYS, COMMAND_KEYS, "effect",     "expect",
					  "poll",    "capture",    "on_failure", NULL};
static const char *const wait_keys[] = {STEP_KEYS, "duration", "until", NULL};
static const char *const message_keys[] = {STEP_KEYS, "text", NULL};

static void load_wait(struct reader *r, const struct yaml_node *map, struct step *s)
{
	if (!yaml_get(map, "duration") == !yaml_get(map, "until"))
		finding_add(r->f, RB002, s->at, "a wait has 'duration' or 'until'");
	(void)read_template(r, yaml_get(map, "duration"), &s->duration);
	(void)read_template(r, yaml_get(map, "until"), &s->until);
}

static void load_by_type(struct reader *r, const struct yaml_node *map, struct step *s)
{
	switch (s->type) {
	case STEP_COMMAND:
		read_keys(r, map, command_keys, NULL);
		load_effect(r, map, s);
		load_command_step(r, map, s);
		return;
	case STEP_HTTP:
		read_keys(r, map, http_step_keys, NULL);
		load_effect(r, map, s);
		load_http_step(r, map, s);
		return;
	case STEP_VERIFY:
		read_keys(r, map, verify_keys, NULL);
		load_verify_step(r, map, s);
		break;
	case STEP_WAIT:
		read_keys(r, map, wait_keys, NULL);
		load_wait(r, map, s);
		break;
	case STEP_MESSAGE:
		read_keys(r, map, message_keys, NULL);
		(void)read_template(r, read_required(r, map, "text"), &s->message);
		break;
	}
	s->effect = EFFECT_READ; /* none of them touches the world */
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
	s->jump_to = SIZE_MAX;
	load_id(r, map, &s->id);
	(void)read_scalar(r, yaml_get(map, "name"), &s->name);
	load_condition(r, yaml_get(map, "when"), &s->when);
	(void)read_choice(r, type, step_type_names, &choice);
	s->type = (enum step_type)choice;
	load_by_type(r, map, s);
	load_on_failure(r, yaml_get(map, "on_failure"), s);
	if (main_list)
		load_captures(r, yaml_get(map, "capture"), index, s);
	else
		refuse_in_always(r, map);
}

/* Only further down, so that a run cannot go round in circles. */
static void resolve_jump(struct reader *r, struct step *steps, size_t n, size_t from)
{
	struct step *s = &steps[from];

	if (s->on_failure != ON_FAILURE_STEP)
		return;
	for (size_t i = from + 1; i < n; i++)
		if (span_eq(steps[i].id.text, s->jump_id))
			s->jump_to = i;
	if (s->jump_to == SIZE_MAX)
		finding_add(r->f, RB006, s->on_failure_at,
			    "on_failure names '%.60s', which is no step further down",
			    s->jump_id.data);
}

void load_steps(struct reader *r, const struct yaml_node *list, struct step **out, size_t *n)
{
	bool main_list = out == &r->rb->steps;

	*out = read_list(r, list, sizeof **out, n);
	for (size_t i = 0; i < *n; i++)
		load_step(r, list->items[i], i, main_list, &(*out)[i]);
	for (size_t i = 0; main_list && i < *n; i++)
		resolve_jump(r, *out, *n, i);
}
