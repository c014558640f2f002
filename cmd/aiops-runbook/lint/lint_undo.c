/*
 * Rules about undoing and failing: what an undo must know, what must be ended,
 * what must not be passed over.
 */
#include "aiops-runbook/lint/calls.h"
#include "aiops-runbook/lint/rules.h"

/* ---- RB307 ---- */

/* Calls that set a value: the undo must know what it was. */
static const struct {
	const char *tool;
	const char *words[3];
} setting[] = {
	{"kubectl", {"scale", NULL}},
	{"kubectl", {"set", NULL}},
	{"kubectl", {"autoscale", NULL}},
	{"oc", {"scale", NULL}},
	{"oc", {"set", NULL}},
	{"redis-cli", {"config", "set", NULL}},
	{"sysctl", {"-w", NULL}},
	{"docker", {"service", "scale", NULL}},
	{"docker", {"update", NULL}},
	{"systemctl", {"set-property", NULL}},
	{"aws", {"autoscaling", "set-desired-capacity", NULL}},
	{"aws", {"autoscaling", "update-auto-scaling-group", NULL}},
	{"gcloud", {"resize", NULL}},
	{"az", {"vmss", "scale", NULL}},
};

static bool sets_value(const struct call *c)
{
	for (size_t i = 0; i < sizeof setting / sizeof *setting; i++)
		if (call_is(c, setting[i].tool) && call_says(c, setting[i].words))
			return true;
	return false;
}

static bool uses_capture(const struct cmd *c)
{
	for (size_t i = 0; i < c->argc; i++)
		for (size_t k = 0; k < c->argv[i].n; k++)
			if (c->argv[i].parts[k].ref == REF_CAPTURE)
				return true;
	for (size_t i = 0; i < c->n_env; i++)
		for (size_t k = 0; k < c->env[i].value.n; k++)
			if (c->env[i].value.parts[k].ref == REF_CAPTURE)
				return true;
	return false;
}

static void check_undo(void *ctx, const struct call *c)
{
	struct findings *f = ctx;
	const struct step *s = c->use->step;

	if (s && c->use->command == &s->undo && sets_value(c) && !uses_capture(&s->undo))
		finding_add(f, 307, s->undo.at,
			    "the undo of step '%s' sets a value that nobody looked up before: "
			    "capture what it was",
			    step_name(s));
}

void lint_rollback_needs_capture(const struct runbook *rb, struct findings *f)
{
	lint_each_call(rb, check_undo, f);
}

/* ---- RB308 ---- */

/* What one call begins, another must end. */
static const struct {
	const char *tool, *begins, *ends;
} pairs[] = {
	{"kubectl", "cordon", "uncordon"},
	{"kubectl", "drain", "uncordon"},
	{"oc", "cordon", "uncordon"},
	{"oc", "drain", "uncordon"},
	{"kubectl", "pause", "resume"},
	{"systemctl", "mask", "unmask"},
	{"docker", "pause", "unpause"},
	{"podman", "pause", "unpause"},
	{"puppet", "--disable", "--enable"},
	{"amtool", "add", "expire"},
	{"pcs", "standby", "unstandby"},
	{"crm", "standby", "online"},
	{"vault", "seal", "unseal"},
	{"aiops-runbook", "pause", "unpause"},
	{"argocd", "--disable-auto-prune", "--auto-prune"},
	{"ceph", "set", "unset"},
	{"swapoff", NULL, "swapon"},
};

struct ending {
	const char *tool, *word;
	bool found;
};

static void look_for_end(void *ctx, const struct call *c)
{
	struct ending *e = ctx;
	const struct step *s = c->use->step;
	bool later = s && (c->use->command == &s->undo || c->use->command == &s->command);

	if (later && ((call_is(c, e->tool) && call_word(c, e->word)) || call_is(c, e->word)))
		e->found = true;
}

struct context {
	const struct runbook *rb;
	struct findings *f;
};

static void check_begin(void *ctx, const struct call *c)
{
	const struct context *x = ctx;

	if (!c->use->step || c->use->command != &c->use->step->command)
		return;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		struct ending e = {pairs[i].tool, pairs[i].ends, false};

		if (!call_is(c, pairs[i].tool) ||
		    (pairs[i].begins && !call_word(c, pairs[i].begins)))
			continue;
		lint_each_call(x->rb, look_for_end, &e);
		if (!e.found)
			finding_add(x->f, 308, c->words[0].at,
				    "nothing ends what '%s' begins: a step of 'always', or the "
				    "rollback, with %s",
				    pairs[i].begins ? pairs[i].begins : pairs[i].tool,
				    pairs[i].ends);
	}
}

void lint_always_missing(const struct runbook *rb, struct findings *f)
{
	struct context x = {rb, f};

	lint_each_call(rb, check_begin, &x);
}

/* ---- RB310 ---- */

enum { MANY_CODES = 16 };

static void check_go_on(const struct runbook *rb, struct findings *f)
{
	for (size_t i = 0; i < rb->n_steps; i++) {
		const struct step *s = &rb->steps[i];

		if (s->on_failure_given && s->on_failure == ON_FAILURE_CONTINUE &&
		    step_effect(s) != EFFECT_READ)
			finding_add(f, 310, s->on_failure_at,
				    "step '%s' changes something, and the run goes on as if it had "
				    "not failed",
				    step_name(s));
	}
}

static void check_codes(void *ctx, const struct command_use *use)
{
	struct findings *f = ctx;

	if (use->command->expect.n_codes >= MANY_CODES)
		finding_add(f, 310, use->command->expect.at,
			    "%s '%s' accepts %zu exit statuses: name the few that mean success",
			    use->what, use_id(use), use->command->expect.n_codes);
}

static bool swallows(const struct call *c)
{
	return call_is(c, "true") || call_is(c, ":") || (call_is(c, "exit") && call_word(c, "0"));
}

struct script_walk {
	struct findings *f;
	const struct cmd *of; /* whose script is walked */
	bool pipefail, or_before;
};

static void check_script(void *ctx, const struct call *c)
{
	struct script_walk *x = ctx;
	struct pos at = c->words[0].at;

	if (!c->in_script) {
		x->of = c->use->command;
		x->pipefail = x->or_before = false;
		for (size_t i = 1; i < c->n; i++) /* sh -o pipefail -c ... */
			x->pipefail = x->pipefail || span_is(c->words[i].text, "pipefail");
		return;
	}
	if (call_is(c, "set") && call_word(c, "pipefail"))
		x->pipefail = true;
	if (swallows(c) && (x->or_before || call_is(c, "exit")))
		finding_add(x->f, 310, at, "the script hides a failure ('%.*s')",
			    (int)c->words[0].text.len, c->words[0].text.data);
	if (call_is(c, "set") && call_word(c, "+e"))
		finding_add(x->f, 310, at, "the script hides failures ('set +e')");
	if (c->end == '|' && !x->pipefail)
		finding_add(x->f, 310, at,
			    "the script hides a failure: of a pipe only the last command counts "
			    "(set -o pipefail)");
	x->or_before = c->end == 'o';
}

void lint_swallowed_failure(const struct runbook *rb, struct findings *f)
{
	struct script_walk x = {.f = f};

	check_go_on(rb, f);
	lint_each_command(rb, check_codes, f);
	lint_each_call(rb, check_script, &x);
}
