/*
 * Rules about how much may happen: time, rate, steps, and by whom it is begun.
 */
#include "aiops-runbook/lint/budget.h"
#include "aiops-runbook/lint/calls.h"
#include "aiops-runbook/lint/rules.h"
#include "base/num.h"
#include "yaml/yaml.h"

/* ---- RB302 ---- */

static void check_sum(const struct runbook *rb, struct findings *f)
{
	int64_t longest = budget_longest_by_defaults_ms(rb);
	struct buf text = BUF_INIT(128);

	if (rb->limits.max_duration_ms == 0 || longest <= rb->limits.max_duration_ms)
		return;
	num_add_duration_ms(&text, longest);
	finding_add(
		f, 302, rb->limits.max_duration_at,
		"deadlines, attempts, waits and polls may take %s in all: more than max_duration",
		buf_cstr(&text));
	buf_release(&text);
}

/* The tool's own deadline must come first, or its answer is never heard. */
static void check_own_timeout(void *ctx, const struct call *c)
{
	static const char *const options[] = {"--timeout", "--request-timeout", "--max-time",
					      "--wait-timeout", NULL};
	struct findings *f = ctx;

	for (size_t i = c->tool + 1; i < c->n; i++) {
		struct span s = c->words[i].text, value = SPAN_NONE;
		const char *sign = memchr(s.data, '=', s.len);
		struct err ignored = ERR_INIT;
		int64_t ms = 0;

		if (sign && is_one_of(span_of(s.data, (size_t)(sign - s.data)), options))
			value = span_of(sign + 1, s.len - (size_t)(sign - s.data) - 1);
		else if (is_one_of(s, options) && i + 1 < c->n)
			value = c->words[i + 1].text;
		if (!value.data || c->use->command->timeout_ms == 0)
			continue;
		if (num_parse_i64(value, 0, 1000000, &ms, &ignored) == 0)
			ms *= 1000; /* seconds, as most tools have it */
		else if (num_parse_duration_ms(value, &ms, &ignored) != 0)
			continue;
		if (ms >= c->use->command->timeout_ms)
			finding_add(f, 302, c->words[i].at,
				    "the tool's own deadline (%.*s) is not before the step's, so "
				    "its answer is never heard",
				    (int)value.len, value.data);
	}
}

void lint_timeout_budget(const struct runbook *rb, struct findings *f)
{
	check_sum(rb, f);
	lint_each_call(rb, check_own_timeout, f);
}

/* ---- RB208, RB209 ---- */

static struct pos limits_at(const struct runbook *rb)
{
	return rb->limits.given ? rb->limits.at : rb->id_at;
}

void lint_no_rate_limit(const struct runbook *rb, struct findings *f)
{
	if (!runbook_acts(rb))
		return;
	if (!rb->limits.max_actions_given)
		finding_add(f, 208, limits_at(rb),
			    "limits.max_actions_per_hour is missing: a storm of alerts would be a "
			    "storm of actions");
	if (rb->limits.per_target_cooldown_ms == 0)
		finding_add(f, 208, limits_at(rb),
			    "limits.per_target_cooldown is missing: one target may be acted on "
			    "again at once");
}

void lint_no_budget(const struct runbook *rb, struct findings *f)
{
	if (!runbook_acts(rb))
		return;
	if (rb->limits.max_steps_per_incident == 0)
		finding_add(f, 209, limits_at(rb),
			    "limits.max_steps_per_incident is missing: one incident may be treated "
			    "for ever");
	if (rb->limits.max_duration_ms == 0)
		finding_add(f, 209, limits_at(rb), "limits.max_duration is missing");
	if (!rb->breaker.threshold_given)
		finding_add(
			f, 209, rb->id_at,
			"breaker.failure_threshold is missing: what does not help is done again");
}

/* ---- RB212 ---- */

static struct pos root_key_at(const struct runbook *rb, const char *key)
{
	const struct yaml_node *n = yaml_get(yaml_root(rb->document), key);

	return n ? (struct pos){n->line, n->col} : rb->id_at;
}

void lint_ai_risk(const struct runbook *rb, struct findings *f)
{
	struct pos at = root_key_at(rb, "ai_executable");

	if (!rb->ai_executable)
		return;
	if (rb->risk >= RISK_HIGH)
		finding_add(f, 212, at, "an agent may start it, but its risk is %s",
			    risk_names[rb->risk]);
	for (size_t i = 0; i < rb->n_steps; i++)
		if (step_effect(&rb->steps[i]) == EFFECT_DESTRUCTIVE &&
		    rb->steps[i].rollback != ROLLBACK_COMMAND)
			finding_add(f, 212, at,
				    "an agent may start it, but step '%s' cannot be undone",
				    step_name(&rb->steps[i]));
}

/* ---- RB213 ---- */

/* Each lessens how many serve. */
static const struct {
	const char *tool;
	const char *words[3];
} lessening[] = {
	{"kubectl", {"rollout", "restart", NULL}},
	{"kubectl", {"scale", NULL}},
	{"kubectl", {"drain", NULL}},
	{"kubectl", {"delete", "pod", NULL}},
	{"kubectl", {"delete", "pods", NULL}},
	{"kubectl", {"delete", "node", NULL}},
	{"oc", {"rollout", "restart", NULL}},
	{"oc", {"scale", NULL}},
	{"oc", {"adm", "drain", NULL}},
	{"docker", {"service", "scale", NULL}},
	{"docker", {"service", "update", NULL}},
	{"nomad", {"node", "drain", NULL}},
};

/* A precondition that counts what is well: a number compared with a least one. */
static bool counts_the_healthy(const struct runbook *rb)
{
	static const char *const names[] = {"replicas",  "ready",   "healthy",
					    "available", "running", "allowed"};

	for (size_t i = 0; i < rb->n_preconditions; i++) {
		const struct probe *p = &rb->preconditions[i];
		const struct comparison *x = p->command.expect.json.given
						     ? &p->command.expect.json
						     : &p->command.expect.output;

		if (!x->given || (x->op != OP_GE && x->op != OP_GT))
			continue;
		for (size_t k = 0; k < sizeof names / sizeof *names; k++)
			if (has_nocase(x->path, names[k]) || has_nocase(p->id.text, names[k]))
				return true;
	}
	return false;
}

static void check_lessening(void *ctx, const struct call *c)
{
	struct findings *f = ctx;

	for (size_t i = 0; c->use->acts && i < sizeof lessening / sizeof *lessening; i++)
		if (call_is(c, lessening[i].tool) && call_says(c, lessening[i].words))
			finding_add(f, 213, c->words[0].at,
				    "fewer will serve for a while, but no precondition counts how "
				    "many are well (json or output with >=)");
}

void lint_min_healthy(const struct runbook *rb, struct findings *f)
{
	if (!counts_the_healthy(rb))
		lint_each_call(rb, check_lessening, f);
}
