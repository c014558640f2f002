/*
 * Rules about text: references in order, placeholders, secrets.
 */
#include <string.h>

#include "aiops-runbook/lint/calls.h"
#include "aiops-runbook/lint/rules.h"

struct context {
	const struct runbook *rb;
	struct findings *f;
};

/* ---- RB006: a capture must come from a step that is sure to have run ---- */

static void check_order(void *ctx, const struct template_use *use)
{
	const struct context *c = ctx;

	for (size_t i = 0; i < use->t->n; i++) {
		const struct part *p = &use->t->parts[i];
		size_t step;

		if (p->ref != REF_CAPTURE)
			continue;
		step = c->rb->captures[p->index].step;
		if (step >= use->captures_from)
			finding_add(
				c->f, RB006, use->t->at,
				"{{%s}} is not known here: step '%s', which captures it, does not always "
				"come before",
				c->rb->captures[p->index].as.name.data,
				c->rb->steps[step].id.text.data ? c->rb->steps[step].id.text.data
								: "?");
	}
}

/* Why a step may leave its captures unknown; NULL if it never goes on without them. */
static const char *why_skippable(const struct runbook *rb, size_t step)
{
	const struct step *s = &rb->steps[step];

	if (s->when.given)
		return "is done only under a condition";
	if (s->on_failure_given &&
	    (s->on_failure == ON_FAILURE_CONTINUE || s->on_failure == ON_FAILURE_STEP))
		return "goes on when it fails";
	for (size_t i = 0; i < step; i++)
		if (rb->steps[i].on_failure == ON_FAILURE_STEP && rb->steps[i].jump_to > step)
			return "is passed over when one before it fails";
	return NULL;
}

/* What such a capture is used for must not need it. */
static void check_skippable(void *ctx, const struct template_use *use)
{
	const struct context *c = ctx;

	for (size_t i = 0; i < use->t->n; i++) {
		const struct part *p = &use->t->parts[i];
		const char *why;
		size_t from;

		if (p->ref != REF_CAPTURE || use->role == ROLE_CONDITION)
			continue; /* a condition on what has no value does not hold */
		from = c->rb->captures[p->index].step;
		why = why_skippable(c->rb, from);
		if (why)
			finding_add(
				c->f, RB006, use->t->at, "{{%s}} may stay unknown: step '%s' %s",
				c->rb->captures[p->index].as.name.data,
				c->rb->steps[from].id.text.data ? c->rb->steps[from].id.text.data
								: "?",
				why);
	}
}

void lint_undefined_ref(const struct runbook *rb, struct findings *f)
{
	struct context c = {rb, f};

	lint_each_template(rb, check_order, &c);
	lint_each_template(rb, check_skippable, &c);
}

/* ---- RB009 ---- */

static bool is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* word stands in s with no letter or digit at its sides. */
static bool has_word(struct span s, const char *word)
{
	struct span w = span_cstr(word), rest = s;
	const char *at;

	while ((at = span_find(rest, w)) != NULL) {
		const char *end = at + w.len, *stop = s.data + s.len;

		if ((at == s.data || !is_word_char(at[-1])) && (end == stop || !is_word_char(*end)))
			return true;
		rest = span_of(at + 1, (size_t)(stop - at) - 1);
	}
	return false;
}

/* <name>, <pod-name>: a word in angle brackets, as manuals write what is to be filled in. */
static bool has_bracketed_word(struct span s)
{
	const char *open = memchr(s.data, '<', s.len);
	size_t at = open ? (size_t)(open - s.data) + 1 : s.len, from = at;

	while (at < s.len && (is_word_char(s.data[at]) || s.data[at] == '-' || s.data[at] == ' '))
		at++;
	return at > from && at < s.len && s.data[at] == '>' && is_word_char(s.data[from]);
}

static void check_placeholder(void *ctx, const struct template_use *use)
{
	static const char *const words[] = {"TODO",        "FIXME",       "CHANGEME",
					    "CHANGE_ME",   "REPLACE_ME",  "example.com",
					    "example.org", "example.net", NULL};
	const struct context *c = ctx;

	if (use->role != ROLE_ARGV && use->role != ROLE_ENV && use->role != ROLE_TARGET &&
	    use->role != ROLE_URL && use->role != ROLE_BODY)
		return;
	for (size_t i = 0; words[i]; i++)
		if (has_word(use->t->source, words[i]))
			finding_add(c->f, 9, use->t->at, "'%s' was never filled in", words[i]);
	if (has_bracketed_word(use->t->source))
		finding_add(c->f, 9, use->t->at,
			    "'%.60s' was never filled in (for a value write {{name}})",
			    use->t->source.data);
}

void lint_placeholder(const struct runbook *rb, struct findings *f)
{
	struct context c = {rb, f};

	lint_each_template(rb, check_placeholder, &c);
}

/* ---- RB107 ---- */

/* How well-known secrets begin, and how long they are at least. */
static const struct {
	const char *prefix;
	size_t min_len;
	const char *what;
} known_secrets[] = {
	{"AKIA", 20, "an AWS access key"},      {"ASIA", 20, "an AWS access key"},
	{"ghp_", 30, "a GitHub token"},         {"gho_", 30, "a GitHub token"},
	{"ghs_", 30, "a GitHub token"},         {"github_pat_", 30, "a GitHub token"},
	{"glpat-", 20, "a GitLab token"},       {"xoxb-", 20, "a Slack token"},
	{"xoxp-", 20, "a Slack token"},         {"sk_live_", 20, "a Stripe key"},
	{"eyJhbGciOi", 40, "a JSON web token"}, {"-----BEGIN", 10, "a private key"},
};

/* Words in front of '=' or ':' (or in an option or variable name) that make what follows a secret.
 */
static const char *const secret_words[] = {"password",    "passwd",     "secret",  "token",
					   "api_key",     "apikey",     "api-key", "access_key",
					   "private_key", "pgpassword", NULL};

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool ends_with_nocase(struct span s, const char *word)
{
	size_t n = strlen(word);

	if (s.len < n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (lower(s.data[s.len - n + i]) != word[i])
			return false;
	return true;
}

bool names_secret(struct span name)
{
	for (size_t i = 0; secret_words[i]; i++)
		if (ends_with_nocase(name, secret_words[i]))
			return true;
	return false;
}

static const char *known_secret(struct span s)
{
	for (size_t i = 0; i < sizeof known_secrets / sizeof *known_secrets; i++) {
		const char *at = span_find(s, span_cstr(known_secrets[i].prefix));
		size_t len = 0;

		if (!at || (at > s.data && is_word_char(at[-1])))
			continue;
		while (at + len < s.data + s.len &&
		       (is_word_char(at[len]) || strchr("-./+=", at[len])))
			len++;
		if (len >= known_secrets[i].min_len)
			return known_secrets[i].what;
	}
	return NULL;
}

/* password=literal, --token=literal: something literal stands behind the sign. A file's name is no
 * secret. */
static bool assigns_secret(struct span s)
{
	size_t at = 0;

	while (at < s.len && s.data[at] != '=')
		at++;
	if (at + 1 >= s.len || !names_secret(span_of(s.data, at)))
		return false;
	return s.data[at + 1] != '{' && s.data[at + 1] != '/' && s.data[at + 1] != '@';
}

static void secret_at(const struct context *c, struct pos at, const char *what)
{
	finding_add(
		c->f, 107, at,
		"%s is written here: pass secrets by a file that only the executing user can read",
		what);
}

static void check_secret(void *ctx, const struct template_use *use)
{
	const struct context *c = ctx;
	struct span s = use->t->source;
	const char *what = known_secret(s);

	if (what)
		secret_at(c, use->t->at, what);
	else if (use->role == ROLE_ARGV && assigns_secret(s))
		secret_at(c, use->t->at, "a password or token");
	else if (use->role == ROLE_ARGV && use->index > 0 && s.len && s.data[0] != '-' &&
		 template_is_constant(use->t) && s.data[0] != '/') {
		struct span option = use->command->argv[use->index - 1].source;

		if (span_starts(option, "--") && !memchr(option.data, '=', option.len) &&
		    names_secret(option))
			secret_at(c, use->t->at, "a password or token");
	}
}

/* What a secret_ref names is filled in where nobody else sees it, and nowhere else. */
static void check_secret_ref(void *ctx, const struct template_use *use)
{
	const struct context *c = ctx;

	for (size_t i = 0; i < use->t->n; i++) {
		const struct part *p = &use->t->parts[i];

		if (p->ref != REF_PARAM || c->rb->params[p->index].type != PARAM_SECRET_REF ||
		    use->role == ROLE_SECRET || (use->role == ROLE_ENV && use->t->n == 1))
			continue;
		finding_add(
			c->f, 107, use->t->at,
			"{{%.*s}} names a secret: it stands alone in a variable of env, or in auth",
			(int)p->text.len, p->text.data);
	}
}

static void check_env_secret(void *ctx, const struct command_use *use)
{
	const struct context *c = ctx;

	for (size_t i = 0; i < use->command->n_env; i++) {
		const struct env_var *v = &use->command->env[i];

		if (names_secret(v->name) && template_is_constant(&v->value) &&
		    v->value.source.len && v->value.source.data[0] != '/')
			secret_at(c, v->value.at, "a password or token");
	}
}

void lint_secret_literal(const struct runbook *rb, struct findings *f)
{
	struct context c = {rb, f};

	lint_each_template(rb, check_secret, &c);
	lint_each_template(rb, check_secret_ref, &c);
	lint_each_command(rb, check_env_secret, &c);
	for (size_t i = 0; i < rb->n_params; i++) {
		const struct param *p = &rb->params[i];

		if (!p->has_default)
			continue;
		if (known_secret(p->standard))
			secret_at(&c, p->standard_at, known_secret(p->standard));
		else if (names_secret(p->name) && p->standard.len && p->type == PARAM_STRING)
			secret_at(&c, p->standard_at, "a password or token");
	}
}
