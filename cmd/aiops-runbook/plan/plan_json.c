/*
 * The core of a plan as canonical JSON: keys in byte order, no white space. What
 * the run alone can know stays symbolic: {"template":"...","unknown":["name"]}.
 */
#include <stdlib.h>
#include <string.h>

#include "aiops-runbook/engine/expect.h"
#include "aiops-runbook/plan/plan_json_impl.h"
#include "base/mem.h"

static void unknown_names(struct writer *o, const struct template *t)
{
	jsonw_key(&o->w, "unknown");
	jsonw_array(&o->w);
	for (size_t i = 0; i < t->n; i++)
		if (!part_value(&t->parts[i], &o->symbolic).data)
			jsonw_string(&o->w, t->parts[i].text);
	jsonw_array_end(&o->w);
}

void plan_json_template(struct writer *o, const struct template *t)
{
	struct buf text = BUF_INIT(1 << 20);

	if (template_render(t, &o->symbolic, &text)) {
		jsonw_string(&o->w, text.data ? buf_span(&text) : SPAN(""));
	} else {
		jsonw_object(&o->w);
		jsonw_member(&o->w, "template", t->source);
		unknown_names(o, t);
		jsonw_object_end(&o->w);
	}
	buf_release(&text);
}

void plan_json_member(struct writer *o, const char *key, const struct template *t)
{
	jsonw_key(&o->w, key);
	plan_json_template(o, t);
}

void plan_json_spans(struct writer *o, const char *key, const struct span *items, size_t n)
{
	jsonw_key(&o->w, key);
	jsonw_array(&o->w);
	for (size_t i = 0; i < n; i++)
		jsonw_string(&o->w, items[i]);
	jsonw_array_end(&o->w);
}

/* ---- commands ---- */

static int by_name(const void *a, const void *b)
{
	const struct env_var *const *x = a, *const *y = b;

	return span_cmp((*x)->name, (*y)->name);
}

/* True if the entry has a parameter without a value: then it is left out. */
static bool is_left_out(const struct writer *o, const struct template *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->parts[i].ref == REF_PARAM && !o->p->params[t->parts[i].index].data)
			return true;
	return false;
}

static void write_env(struct writer *o, const struct cmd *c)
{
	const struct env_var **sorted = mem_array(NULL, c->n_env, sizeof *sorted);

	for (size_t i = 0; i < c->n_env; i++)
		sorted[i] = &c->env[i];
	if (c->n_env)
		qsort(sorted, c->n_env, sizeof *sorted, by_name);
	jsonw_key(&o->w, "env");
	jsonw_object(&o->w);
	for (size_t i = 0; i < c->n_env; i++) {
		if (is_left_out(o, &sorted[i]->value))
			continue;
		jsonw_key_span(&o->w, sorted[i]->name);
		plan_json_template(o, &sorted[i]->value);
	}
	jsonw_object_end(&o->w);
	free(sorted);
}

void plan_json_comparison(struct writer *o, const char *key, const struct comparison *c)
{
	if (!c->given)
		return;
	jsonw_key(&o->w, key);
	jsonw_object(&o->w);
	if (c->op == OP_IN)
		plan_json_spans(o, "among", c->among.items, c->among.n);
	jsonw_member(&o->w, "op", span_cstr(op_names[c->op]));
	jsonw_member_opt(&o->w, "path", c->path);
	if (c->op == OP_MATCHES)
		jsonw_member(&o->w, "pattern", c->pattern_text);
	else if (c->value.source.data)
		plan_json_member(o, "value", &c->value);
	jsonw_object_end(&o->w);
}

static void write_codes(struct writer *o, const struct expect *x)
{
	jsonw_key(&o->w, "exit_code");
	jsonw_array(&o->w);
	for (size_t i = 0; i < x->n_codes; i++)
		jsonw_i64(&o->w, x->codes[i]);
	if (x->n_codes == 0)
		jsonw_i64(&o->w, 0);
	jsonw_array_end(&o->w);
}

static void write_expect(struct writer *o, const char *key, const struct expect *x)
{
	jsonw_key(&o->w, key);
	jsonw_object(&o->w);
	if (!x->of_http)
		write_codes(o, x);
	plan_json_comparison(o, "json", &x->json);
	plan_json_comparison(o, "output", &x->output);
	jsonw_member_opt(&o->w, "stderr", x->stderr_text);
	jsonw_member_opt(&o->w, "stdout", x->stdout_text);
	jsonw_object_end(&o->w);
}

static void member_digest(struct writer *o, const char *key, struct span bytes)
{
	struct digest d = digest_of(&bytes, 1);
	char hex[DIGEST_HEX + 1];

	digest_hex(&d, hex);
	jsonw_member(&o->w, key, span_cstr(hex));
}

static void write_executable(struct writer *o, const struct cmd *c)
{
	const struct executable *x = plan_executable(o->p, c);

	jsonw_key(&o->w, "executable");
	jsonw_object(&o->w);
	jsonw_member(&o->w, "path", x->path);
	jsonw_member(&o->w, "sha256", span_cstr(x->sha256));
	jsonw_object_end(&o->w);
}

static void write_argv(struct writer *o, const struct cmd *c)
{
	if (c->http)
		return; /* the request says it all */
	jsonw_key(&o->w, "argv");
	jsonw_array(&o->w);
	for (size_t i = 0; i < c->argc; i++)
		plan_json_template(o, &c->argv[i]);
	jsonw_array_end(&o->w);
}

/* effect: shown where it may vary, else NULL. */
void plan_json_command(struct writer *o, const char *key, const struct cmd *c, const char *effect)
{
	bool is_check = strcmp(key, "check") == 0;

	if (c->argc == 0)
		return;
	jsonw_key(&o->w, key);
	jsonw_object(&o->w);
	write_argv(o, c);
	if (is_check)
		write_expect(o, "done_if", &c->expect);
	if (effect)
		jsonw_member(&o->w, "effect", span_cstr(effect));
	write_env(o, c);
	write_executable(o, c);
	if (!is_check)
		write_expect(o, "expect", &c->expect);
	if (c->http)
		plan_json_http(o, c->http);
	if (c->input.data)
		member_digest(o, "input_sha256", c->input);
	jsonw_member_i64(&o->w, "kill_after_ms", c->kill_after_ms);
	jsonw_member_i64(&o->w, "output_limit", (int64_t)c->output_limit);
	if (c->output_halts)
		jsonw_member(&o->w, "output_policy", SPAN("halt"));
	if (c->sandbox)
		plan_json_sandbox(o, c);
	jsonw_member_i64(&o->w, "timeout_ms", c->timeout_ms);
	jsonw_object_end(&o->w);
}

void plan_json_poll(struct writer *o, const struct poll *p)
{
	if (!p->given)
		return;
	jsonw_key(&o->w, "poll");
	jsonw_object(&o->w);
	jsonw_member_i64(&o->w, "consecutive", p->consecutive);
	jsonw_member_i64(&o->w, "every_ms", p->every_ms);
	jsonw_member_i64(&o->w, "for_ms", p->for_ms);
	jsonw_object_end(&o->w);
}

static void write_probes(struct writer *o, const char *key, const struct probe *probes, size_t n)
{
	jsonw_key(&o->w, key);
	jsonw_array(&o->w);
	for (size_t i = 0; i < n; i++) {
		jsonw_object(&o->w);
		plan_json_command(o, "command", &probes[i].command, NULL);
		jsonw_member(&o->w, "id", probes[i].id.text);
		plan_json_poll(o, &probes[i].poll);
		jsonw_object_end(&o->w);
	}
	jsonw_array_end(&o->w);
}

/* ---- the core ---- */

/* A parameter's place in the order of names. */
struct named {
	struct span name, value;
};

static int by_param(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	return span_cmp(x->name, y->name);
}

static void write_params(struct writer *o)
{
	size_t n = o->p->rb->n_params;
	struct named *sorted = mem_array(NULL, n, sizeof *sorted);

	for (size_t i = 0; i < n; i++)
		sorted[i] = (struct named){o->p->rb->params[i].name, o->p->params[i]};
	if (n)
		qsort(sorted, n, sizeof *sorted, by_param);
	jsonw_key(&o->w, "parameters");
	jsonw_object(&o->w);
	for (size_t i = 0; i < n; i++) {
		jsonw_key_span(&o->w, sorted[i].name);
		if (sorted[i].value.data)
			jsonw_string(&o->w, sorted[i].value);
		else
			jsonw_null(&o->w);
	}
	jsonw_object_end(&o->w);
	free(sorted);
}

void plan_write_core(const struct plan *p, struct buf *out)
{
	struct writer o = {jsonw_to(out), p, p->bind};
	const struct runbook *rb = p->rb;
	char hex[DIGEST_HEX + 1];

	o.symbolic.incident = SPAN_NONE;
	digest_hex(&rb->digest, hex);
	jsonw_object(&o.w);
	plan_json_steps(&o, "always", rb->always, rb->n_always);
	plan_write_policy(p, &o.w);
	write_params(&o);
	write_probes(&o, "preconditions", rb->preconditions, rb->n_preconditions);
	jsonw_member(&o.w, "risk", span_cstr(risk_names[rb->risk]));
	jsonw_member(&o.w, "runbook", rb->id);
	jsonw_member(&o.w, "runbook_digest", span_cstr(hex));
	plan_json_steps(&o, "steps", rb->steps, rb->n_steps);
	plan_json_spans(&o, "targets", p->targets, p->n_targets);
	jsonw_member_i64(&o.w, "v", 1);
	write_probes(&o, "verify", rb->verify, rb->n_verify);
	write_probes(&o, "verify_rollback", rb->verify_rollback, rb->n_verify_rollback);
	jsonw_object_end(&o.w);
}
