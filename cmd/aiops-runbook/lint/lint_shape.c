/*
 * Rules about how a runbook is written: types that YAML guesses, what nothing
 * uses, what never or always happens, what is out of date.
 */
#include <stdlib.h>

#include "aiops-runbook/lint/calls.h"
#include "aiops-runbook/lint/nodes.h"
#include "aiops-runbook/lint/rules.h"
#include "base/mem.h"

/* ---- RB005 ---- */

/* What YAML 1.1 takes for a truth value; true and false mean the same to everyone. */
static bool is_truth_word(struct span s)
{
	static const char *const words[] = {"yes", "no", "on", "off", NULL};

	for (size_t i = 0; words[i]; i++)
		if (span_eq_nocase(s, span_cstr(words[i])))
			return true;
	return false;
}

static bool all_digits(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.data[i] < '0' || s.data[i] > '9')
			return false;
	return s.len > 0;
}

static bool is_octal(struct span s)
{
	return s.len > 1 && s.data[0] == '0' &&
	       (all_digits(s) ||
		(s.len > 2 && s.data[1] == 'o' && all_digits(span_of(s.data + 2, s.len - 2))));
}

/* 1:30, 12:30:45: numbers to the base 60 of YAML 1.1. */
static bool is_sexagesimal(struct span s)
{
	size_t colons = 0, digits = 0;

	for (size_t i = 0; i < s.len; i++) {
		bool colon = s.data[i] == ':';

		if (colon ? digits == 0 : s.data[i] < '0' || s.data[i] > '9')
			return false;
		colons += colon;
		digits = colon ? 0 : digits + 1;
		if (colons && digits > 2)
			return false;
	}
	return colons > 0 && digits > 0;
}

static bool told_already(const struct findings *f, struct pos at)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->items[i].rule == RB005 && f->items[i].at.line == at.line &&
		    f->items[i].at.col == at.col)
			return true;
	return false;
}

static void check_scalar(void *ctx, const struct yaml_node *n)
{
	struct findings *f = ctx;
	struct pos at = {n->line, n->col};
	const char *what = NULL;

	if (n->quoted)
		return;
	if (is_truth_word(n->text))
		what = "a truth value";
	else if (is_octal(n->text))
		what = "an octal number";
	else if (is_sexagesimal(n->text))
		what = "a number to the base 60";
	if (what && !told_already(f, at))
		finding_add(f, RB005, at, "'%s' is %s to some readers of YAML: put it in quotes",
			    n->text.data, what);
}

void lint_implicit_type(const struct runbook *rb, struct findings *f)
{
	each_scalar(yaml_root(rb->document), check_scalar, f);
}

/* ---- RB007 ---- */

static void mark_used(void *ctx, const struct template_use *use)
{
	bool *used = ctx;

	for (size_t i = 0; i < use->t->n; i++)
		if (use->t->parts[i].ref == REF_PARAM)
			used[use->t->parts[i].index] = true;
}

/* What could not be read may have used anything. */
static bool has_shape_errors(const struct findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->items[i].rule <= RB006)
			return true;
	return false;
}

void lint_unused_parameter(const struct runbook *rb, struct findings *f)
{
	bool *used;

	if (rb->n_params == 0 || has_shape_errors(f))
		return;
	used = mem_zalloc(rb->n_params * sizeof *used);
	lint_each_template(rb, mark_used, used);
	for (size_t i = 0; i < rb->n_params; i++)
		if (!used[i])
			finding_add(f, 7, rb->params[i].at, "parameter '%s' is never used",
				    rb->params[i].name.data);
	free(used);
}

/* ---- RB008 ---- */

/* A condition on a parameter whose values are listed: never, or always? */
static const char *constant_answer(const struct words *values, const struct comparison *is)
{
	size_t in = 0;

	if (is->op == OP_IN) {
		for (size_t i = 0; i < values->n; i++)
			in += words_has(&is->among, values->items[i]);
		return in == 0 ? "never" : in == values->n ? "always" : NULL;
	}
	if ((is->op != OP_EQ && is->op != OP_NE) || !template_is_constant(&is->value))
		return NULL;
	if (words_has(values, is->value.source))
		return values->n > 1 ? NULL : is->op == OP_EQ ? "always" : "never";
	return is->op == OP_EQ ? "never" : "always";
}

static void check_when(const struct runbook *rb, const struct step *s, struct findings *f)
{
	static const struct span truths[] = {{"true", 4}, {"false", 5}};
	const struct words truth = {truths, 2};
	const struct part *p = s->when.of.n == 1 ? &s->when.of.parts[0] : NULL;
	const struct words *values = NULL;
	const char *answer;

	if (!s->when.given || !p || p->ref != REF_PARAM)
		return;
	if (rb->params[p->index].allow.n)
		values = &rb->params[p->index].allow;
	else if (rb->params[p->index].type == PARAM_BOOLEAN)
		values = &truth;
	answer = values ? constant_answer(values, &s->when.is) : NULL;
	if (answer)
		finding_add(f, RB008, s->when.of.at,
			    "by the values that '%s' may have, step '%s' is %s done",
			    rb->params[p->index].name.data, step_name(s), answer);
}

/* There are no loops: on_failure only leads further down (RB006). */
void lint_unreachable(const struct runbook *rb, struct findings *f)
{
	for (size_t i = 0; i < rb->n_steps; i++)
		check_when(rb, &rb->steps[i], f);
	for (size_t i = 0; i < rb->n_always; i++)
		check_when(rb, &rb->always[i], f);
}

/* ---- RB502 ---- */

static const struct {
	const char *tool; /* NULL: any */
	const char *word; /* NULL: the tool itself */
	const char *instead;
} deprecated[] = {
	{"kubectl", "--delete-local-data", "--delete-emptydir-data"},
	{"oc", "--delete-local-data", "--delete-emptydir-data"},
	{"kubectl", "rolling-update", "a Deployment and kubectl rollout"},
	{"kubectl", "--export", "-o yaml"},
	{"kubectl", "--record", "the annotation kubernetes.io/change-cause"},
	{"apt-key", NULL, "a file in /etc/apt/keyrings and signed-by"},
	{"docker-compose", NULL, "docker compose"},
	{"helm", "--tiller-namespace", "Helm 3, which has no Tiller"},
	{"terraform", "taint", "terraform apply -replace"},
	{"kafka-topics.sh", "--zookeeper", "--bootstrap-server"},
	{"kafka-consumer-groups.sh", "--zookeeper", "--bootstrap-server"},
	{"egrep", NULL, "grep -E"},
	{"fgrep", NULL, "grep -F"},
	{"redis-cli", "SLAVEOF", "REPLICAOF"},
};

static void check_deprecated(void *ctx, const struct call *c)
{
	struct findings *f = ctx;

	for (size_t i = 0; i < sizeof deprecated / sizeof *deprecated; i++) {
		const char *word = deprecated[i].word;
		const struct call_word *at = &c->words[c->tool];

		if (!call_is(c, deprecated[i].tool))
			continue;
		if (word)
			at = word[0] == '-' ? call_option(c, 0, word) : call_word(c, word);
		if (at)
			finding_add(f, 502, at->at, "'%s' is deprecated: %s takes its place",
				    word ? word : deprecated[i].tool, deprecated[i].instead);
	}
}

void lint_deprecated(const struct runbook *rb, struct findings *f)
{
	lint_each_call(rb, check_deprecated, f);
}
