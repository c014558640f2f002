/*
 * What the end of a command must look like, and conditions on values.
 */
#include "aiops-runbook/engine/jsonpath.h"
#include "aiops-runbook/schema/http.h"
#include "aiops-runbook/schema/load.h"

const char *const op_names[] = {"==", "!=", "<", "<=", ">", ">=", "in", "matches", "exists", NULL};

static void load_codes(struct reader *r, const struct yaml_node *n, struct expect *out)
{
	int64_t code = 0;

	if (!n)
		return;
	if (n->type == YAML_SCALAR) {
		out->codes = pool_array(&r->rb->pool, 1, sizeof *out->codes);
		if (read_i64(r, n, 0, 255, &code))
			out->codes[out->n_codes++] = (int)code;
		return;
	}
	if (!read_is(r, n, YAML_LIST))
		return;
	if (n->n == 0)
		finding_add(r->f, RB002, node_pos(n), "exit_code accepts nothing");
	out->codes = pool_array(&r->rb->pool, n->n, sizeof *out->codes);
	for (size_t i = 0; i < n->n; i++)
		if (read_i64(r, n->items[i], 0, 255, &code))
			out->codes[out->n_codes++] = (int)code;
}

static void load_path(struct reader *r, const struct yaml_node *n, struct span *out)
{
	struct err e = ERR_INIT;

	if (!read_text(r, n, out))
		return;
	if (jsonpath_check(*out, &e) != 0) {
		finding_add(r->f, RB002, node_pos(n), "%s", e.text);
		*out = SPAN_NONE;
	}
}

static void load_operand(struct reader *r, const struct yaml_node *map, struct comparison *out)
{
	const struct yaml_node *value = yaml_get(map, "value");

	if (out->op == OP_EXISTS) {
		if (value)
			finding_add(r->f, RB002, node_pos(value), "'exists' takes no value");
		return;
	}
	value = read_required(r, map, "value");
	if (out->op == OP_IN)
		(void)read_words(r, value, &out->among);
	else if (out->op == OP_MATCHES && read_pattern(r, value, 0, &out->pattern))
		out->pattern_text = value->text;
	else if (out->op == OP_MATCHES)
		return; /* told */
	else if (value)
		(void)read_template(r, value, &out->value);
}

void load_condition(struct reader *r, const struct yaml_node *n, struct condition *out)
{
	static const char *const keys[] = {"of", "op", "value", NULL};
	int op = 0;

	if (!read_is(r, n, YAML_MAP))
		return;
	out->given = true;
	out->is.given = true;
	out->is.at = node_pos(n);
	read_keys(r, n, keys, NULL);
	if (read_template(r, read_required(r, n, "of"), &out->of) && template_is_constant(&out->of))
		finding_add(r->f, RB008, out->of.at,
			    "a condition on a constant is always the same: refer to a {{name}}");
	if (read_choice(r, read_required(r, n, "op"), op_names, &op)) {
		out->is.op = (enum op)op;
		load_operand(r, n, &out->is);
	}
}

/* {path, op, value}; a path is for JSON only. */
static void load_comparison(struct reader *r, const struct yaml_node *n, bool json,
			    struct comparison *out)
{
	static const char *const with_path[] = {"path", "op", "value", NULL};
	static const char *const without[] = {"op", "value", NULL};
	int op = 0;

	if (!read_is(r, n, YAML_MAP))
		return;
	out->given = true;
	out->at = node_pos(n);
	read_keys(r, n, json ? with_path : without, NULL);
	if (json)
		load_path(r, read_required(r, n, "path"), &out->path);
	if (read_choice(r, read_required(r, n, "op"), op_names, &op)) {
		out->op = (enum op)op;
		load_operand(r, n, out);
	}
}

/* "204", "2xx" */
static bool is_status(struct span s)
{
	return s.len == 3 && s.data[0] >= '1' && s.data[0] <= '5' &&
	       ((s.data[1] == 'x' && s.data[2] == 'x') ||
		(s.data[1] >= '0' && s.data[1] <= '9' && s.data[2] >= '0' && s.data[2] <= '9'));
}

static void load_statuses(struct reader *r, const struct yaml_node *n, struct cmd *c)
{
	struct words words = {0};

	if (!read_words(r, n, &words))
		return;
	for (size_t i = 0; i < words.n; i++)
		if (!is_status(words.items[i]))
			finding_add(
				r->f, RB002, node_pos(n),
				"expected a status (204) or a class of them (2xx), found '%.40s'",
				words.items[i].data);
	c->http->status = words;
}

void load_expect(struct reader *r, const struct yaml_node *n, struct cmd *c)
{
	static const char *const of_commands[] = {"exit_code", "stdout", "stderr",
						  "output",    "json",   NULL};
	static const char *const of_http[] = {"status", "stdout", "output", "json", NULL};
	struct expect *out = &c->expect;

	if (!read_is(r, n, YAML_MAP))
		return;
	out->given = true;
	out->at = node_pos(n);
	read_keys(r, n, c->http ? of_http : of_commands, NULL);
	if (c->http)
		load_statuses(r, yaml_get(n, "status"), c);
	load_codes(r, yaml_get(n, "exit_code"), out);
	if (read_pattern(r, yaml_get(n, "stderr"), 0, &out->stderr_pattern))
		out->stderr_text = yaml_get(n, "stderr")->text;
	if (read_pattern(r, yaml_get(n, "stdout"), 0, &out->stdout_pattern))
		out->stdout_text = yaml_get(n, "stdout")->text;
	load_comparison(r, yaml_get(n, "output"), false, &out->output);
	load_comparison(r, yaml_get(n, "json"), true, &out->json);
}

void load_read_effect(struct reader *r, const struct yaml_node *n, const struct cmd *c,
		      const char *what)
{
	int effect = EFFECT_READ;

	if (c->http && http_least_effect(c->http->method) != EFFECT_READ)
		finding_add(r->f, 403, c->at, "%s only reads, but %s does more", what,
			    http_method_names[c->http->method]);
	if (read_choice(r, n, effect_names, &effect) && effect != EFFECT_READ)
		finding_add(r->f, 403, node_pos(n), "%s only reads, but this one says '%s'", what,
			    effect_names[effect]);
}

void load_poll(struct reader *r, const struct yaml_node *n, struct poll *out)
{
	static const char *const keys[] = {"every", "for", "consecutive", NULL};

	*out = (struct poll){.consecutive = 1};
	if (!read_is(r, n, YAML_MAP))
		return;
	out->given = true;
	out->at = node_pos(n);
	read_keys(r, n, keys, NULL);
	(void)read_duration(r, read_required(r, n, "every"), 1, STEP_TIMEOUT_MAX_MS,
			    &out->every_ms);
	(void)read_duration(r, read_required(r, n, "for"), 1, 24 * STEP_TIMEOUT_MAX_MS,
			    &out->for_ms);
	(void)read_i64(r, yaml_get(n, "consecutive"), 1, 1000, &out->consecutive);
}
