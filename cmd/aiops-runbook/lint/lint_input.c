/*
 * Rules about values: what patterns let through, and secrets that others see.
 */
#include "aiops-runbook/lint/calls.h"
#include "aiops-runbook/lint/rules.h"
#include "base/buf.h"

struct context {
	const struct runbook *rb;
	struct findings *f;
};

/* ---- RB104 ---- */

/* What no name, number or path of operations looks like: who lets this through lets everything. */
static const struct span odd = {"a b;c$(d)|e&'f\"<g>*", 20};

static void check_pattern(const struct param *p, const char *what, struct findings *f)
{
	if (!p->pattern)
		return;
	if (pattern_try(p->pattern, SPAN("")) == PATTERN_YES)
		finding_add(f, 104, p->pattern_at, "the pattern of %s '%s' accepts an empty value",
			    what, p->name.data);
	if (pattern_try(p->pattern, odd) == PATTERN_YES)
		finding_add(f, 104, p->pattern_at, "the pattern of %s '%s' accepts any text", what,
			    p->name.data);
}

/* ^...$, also behind (?m) and the like. */
static bool is_anchored(struct span s)
{
	while (s.len > 3 && s.data[0] == '(' && s.data[1] == '?' && s.data[2] != ':') {
		const char *end = memchr(s.data, ')', s.len);

		if (!end)
			break;
		s = span_of(end + 1, s.len - (size_t)(end + 1 - s.data));
	}
	return s.len >= 2 && s.data[0] == '^' && s.data[s.len - 1] == '$' &&
	       s.data[s.len - 2] != '\\';
}

static void check_capture(const struct capture *c, struct findings *f)
{
	check_pattern(&c->as, "capture", f);
	if (c->pattern && !is_anchored(c->pattern_text))
		finding_add(
			f, 104, c->pattern_at,
			"the regex of capture '%s' is not anchored (^...$): it may take its value from elsewhere",
			c->as.name.data);
}

void lint_unanchored_pattern(const struct runbook *rb, struct findings *f)
{
	for (size_t i = 0; i < rb->n_params; i++)
		check_pattern(&rb->params[i], "parameter", f);
	for (size_t i = 0; i < rb->n_captures; i++)
		check_capture(&rb->captures[i], f);
}

/* ---- RB108 ---- */

/* The type secret_ref is RB107's. */
static bool is_secret_value(const struct runbook *rb, const struct part *p)
{
	if (p->ref == REF_PARAM)
		return rb->params[p->index].type != PARAM_SECRET_REF &&
		       names_secret(rb->params[p->index].name);
	return p->ref == REF_CAPTURE && names_secret(rb->captures[p->index].as.name);
}

static bool refers(const struct template *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->parts[i].ref == REF_PARAM || t->parts[i].ref == REF_CAPTURE)
			return true;
	return false;
}

/* --password={{x}}, PGPASSWORD={{x}}, redis-cli -a {{x}}: what takes it is for secrets. */
static bool stands_for_secret(const struct template_use *use)
{
	static const struct {
		const char *tool, *option;
	} short_options[] = {{"redis-cli", "-a"},
			     {"sshpass", "-p"},
			     {"curl", "-u"},
			     {"curl", "--user"},
			     {"ldapsearch", "-w"}};
	struct span s = use->t->source, before, tool;
	const char *sign = memchr(s.data, '=', s.len);

	if (sign && names_secret(span_of(s.data, (size_t)(sign - s.data))))
		return true;
	if (use->index == 0)
		return false;
	before = use->command->argv[use->index - 1].source;
	tool = base_name(use->command->argv[0].source);
	if (span_starts(before, "--") && names_secret(before))
		return true;
	for (size_t i = 0; i < sizeof short_options / sizeof *short_options; i++)
		if (span_is(tool, short_options[i].tool) &&
		    span_is(before, short_options[i].option))
			return true;
	return false;
}

static void check_exposed(void *ctx, const struct template_use *use)
{
	const struct context *c = ctx;
	bool shown = use->role == ROLE_ARGV || use->role == ROLE_URL || use->role == ROLE_MESSAGE ||
		     use->role == ROLE_TARGET;
	bool secret = false;

	if (!shown)
		return;
	for (size_t i = 0; i < use->t->n; i++)
		secret = secret || is_secret_value(c->rb, &use->t->parts[i]);
	if (!secret && use->role == ROLE_ARGV && use->command && !use->command->http)
		secret = refers(use->t) && stands_for_secret(use);
	if (secret)
		finding_add(
			c->f, 108, use->t->at,
			"a secret stands where every process and record shows it: name it by a secret_ref in env or auth");
}

void lint_secret_on_argv(const struct runbook *rb, struct findings *f)
{
	struct context c = {rb, f};

	lint_each_template(rb, check_exposed, &c);
	for (size_t i = 0; i < rb->n_captures; i++)
		if (names_secret(rb->captures[i].as.name))
			finding_add(f, 108, rb->captures[i].as.at,
				    "'%s' is captured: what is captured stands in records",
				    rb->captures[i].as.name.data);
}
