/*
 * Rules about what cannot be taken back: an empty value that means everything,
 * commands that end a system, targets that others stand on.
 */
#include <string.h>

#include "aiops-runbook/lint/calls.h"
#include "aiops-runbook/lint/rules.h"

struct context {
	const struct runbook *rb;
	struct findings *f;
};

/* ---- RB207 ---- */

static bool means_everything(struct span s)
{
	static const char *const words[] = {"", "*", "all", ".*", "/", NULL};

	return is_one_of(span_trim(s), words);
}

/* NULL, or why a parameter's value may stand for everything. */
static const char *may_mean_all(const struct param *p)
{
	if (p->has_default && means_everything(p->standard))
		return "has a default that means everything";
	for (size_t i = 0; i < p->allow.n; i++)
		if (means_everything(p->allow.items[i]))
			return "may be a value that means everything";
	if (p->type != PARAM_STRING || p->allow.n || !p->pattern)
		return NULL; /* the other types have no empty value; no pattern is RB103's */
	if (pattern_try(p->pattern, SPAN("")) == PATTERN_YES)
		return "may be empty, which many tools take for everything";
	return pattern_try(p->pattern, SPAN("*")) == PATTERN_YES
		       ? "may be '*', which means everything"
		       : NULL;
}

/* Text that is nothing but such values; literal text around them bounds what they mean. */
static void check_all(const struct context *c, const struct template *t, const char *where,
		      const struct step *s)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct part *p = &t->parts[i];
		const struct param *value = NULL;

		if (p->ref == REF_PARAM)
			value = &c->rb->params[p->index];
		else if (p->ref == REF_CAPTURE)
			value = &c->rb->captures[p->index].as;
		if (!value || !may_mean_all(value))
			continue;
		finding_add(c->f, 207, t->at, "the %s of step '%s': '%s' %s", where, step_name(s),
			    value->name.data, may_mean_all(value));
	}
}

/* The value behind -l or --selector. */
static void check_selector_option(const struct context *c, const struct step *s)
{
	for (size_t i = 1; i < s->command.argc; i++) {
		struct span before = s->command.argv[i - 1].source;
		struct span own = s->command.argv[i].source;

		if (span_is(before, "-l") || span_is(before, "--selector") ||
		    span_starts(own, "--selector=") || span_is(before, "--field-selector"))
			check_all(c, &s->command.argv[i], "selector", s);
	}
}

static void check_steps(const struct context *c, const struct step *steps, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct step *s = &steps[i];

		if (step_effect(s) == EFFECT_READ)
			continue;
		if (s->has_target)
			check_all(c, &s->target, "target", s);
		for (size_t k = 0; k < s->n_selector; k++)
			check_all(c, &s->selector[k].value, "target_selector", s);
		check_selector_option(c, s);
	}
}

void lint_empty_means_all(const struct runbook *rb, struct findings *f)
{
	const struct context c = {rb, f};

	check_steps(&c, rb->steps, rb->n_steps);
	check_steps(&c, rb->always, rb->n_always);
}

/* ---- RB210 ---- */

/* The words of a call that no undo helps against, in order; any may stand between. */
static const struct {
	const char *tool;
	const char *words[4];
} catastrophic[] = {
	{"terraform", {"destroy", NULL}},
	{"terraform", {"apply", "-destroy", NULL}},
	{"tofu", {"destroy", NULL}},
	{"redis-cli", {"flushall", NULL}},
	{"redis-cli", {"flushdb", NULL}},
	{"kubectl", {"delete", "ns", NULL}},
	{"kubectl", {"delete", "namespace", NULL}},
	{"kubectl", {"delete", "namespaces", NULL}},
	{"kubectl", {"delete", "pv", NULL}},
	{"kubectl", {"delete", "pvc", NULL}},
	{"kubectl", {"delete", "persistentvolume", NULL}},
	{"kubectl", {"delete", "persistentvolumeclaim", NULL}},
	{"kubectl", {"delete", "crd", NULL}},
	{"kubectl", {"delete", "customresourcedefinition", NULL}},
	{"kubectl", {"delete", "--grace-period=0", "--force", NULL}},
	{"kubectl", {"delete", "--force", "--grace-period=0", NULL}},
	{"oc", {"delete", "project", NULL}},
	{"git", {"push", "--force", NULL}},
	{"git", {"push", "-f", NULL}},
	{"git", {"push", "--mirror", NULL}},
	{"aws", {"s3", "rb", "--force", NULL}},
	{"aws", {"rds", "delete-db-instance", NULL}},
	{"gcloud", {"projects", "delete", NULL}},
	{"az", {"group", "delete", NULL}},
	{"zpool", {"destroy", NULL}},
	{"zfs", {"destroy", NULL}},
	{"docker", {"volume", "prune", NULL}},
	{"docker", {"system", "prune", "--volumes", NULL}},
	{"etcdctl", {"del", "--prefix", NULL}},
	{"vault", {"operator", "seal", NULL}},
};
/* Whatever their words. */
static const char *const catastrophic_tools[] = {"wipefs",   "dropdb",   "shred",      "lvremove",
						 "vgremove", "pvremove", "blkdiscard", NULL};

static const char *const statements[] = {"drop database", "drop schema", "drop tablespace",
					 "truncate table", NULL};

static const char *statement_in(struct span s)
{
	for (size_t i = 0; statements[i]; i++)
		if (has_nocase(s, statements[i]))
			return statements[i];
	return NULL;
}

/* The root, what lies in it, a home; or a value that may be empty with a slash behind it. */
static bool is_root(const struct context *c, const struct call *call, const struct call_word *w)
{
	static const char *const roots[] = {
		"/",    "/*",   "/.",    "~",    "~/",    "/etc", "/usr", "/var",  "/home", "/boot",
		"/lib", "/bin", "/sbin", "/opt", "/root", "/dev", "/srv", "$HOME", NULL};
	struct span s = w->text;
	const struct template *t = NULL;

	while (s.len > 2 && s.data[s.len - 1] == '*' && s.data[s.len - 2] == '/')
		s.len -= 1;
	while (s.len > 1 && s.data[s.len - 1] == '/')
		s.len--;
	if (is_one_of(s, roots) || is_one_of(w->text, roots))
		return true;
	if (call->in_script) /* "$X/..." with an X that may be unset */
		return w->text.len > 2 && w->text.data[0] == '$' &&
		       !span_find(w->text, SPAN(":?")) && memchr(w->text.data, '/', w->text.len);
	for (size_t i = 0; i < call->use->command->argc; i++)
		if (call->use->command->argv[i].source.data == w->text.data)
			t = &call->use->command->argv[i];
	return t && t->n > 1 && t->parts[0].ref == REF_PARAM && t->parts[1].ref == REF_NONE &&
	       span_starts(t->parts[1].text, "/") &&
	       may_mean_all(&c->rb->params[t->parts[0].index]);
}

static const struct call_word *removes_root(const struct context *c, const struct call *call)
{
	if (!call_is(call, "rm") ||
	    (!call_option(call, 'r', "--recursive") && !call_option(call, 'R', NULL)))
		return NULL;
	if (call_word(call, "--no-preserve-root"))
		return call_word(call, "--no-preserve-root");
	for (size_t i = call->tool + 1; i < call->n; i++)
		if (call->words[i].text.len && call->words[i].text.data[0] != '-' &&
		    is_root(c, call, &call->words[i]))
			return &call->words[i];
	return NULL;
}

static const struct call_word *writes_device(const struct call *call)
{
	for (size_t i = call->tool + 1; call_is(call, "dd") && i < call->n; i++)
		if (span_starts(call->words[i].text, "of=/dev/") &&
		    !span_is(call->words[i].text, "of=/dev/null"))
			return &call->words[i];
	return NULL;
}

static const struct call_word *find_catastrophe(const struct context *c, const struct call *call)
{
	const struct call_word *tool = &call->words[call->tool], *w = removes_root(c, call);

	if (!w)
		w = writes_device(call);
	if (!w && (span_starts(call_tool(call), "mkfs") || call_is_one(call, catastrophic_tools)))
		w = tool;
	for (size_t i = 0; i < sizeof catastrophic / sizeof *catastrophic && !w; i++)
		if (call_is(call, catastrophic[i].tool) && call_says(call, catastrophic[i].words))
			w = tool;
	for (size_t i = call->tool + 1; i < call->n && !w; i++)
		if (statement_in(call->words[i].text))
			w = &call->words[i];
	return w;
}

static void check_catastrophe(void *ctx, const struct call *call)
{
	const struct context *c = ctx;
	const struct call_word *w = find_catastrophe(c, call);
	const char *sql = statement_in(call->use->command->input);

	if (w)
		finding_add(
			c->f, 210, w->at,
			"'%.*s' here ends what no undo brings back: that needs risk critical and "
			"two approvals",
			(int)w->text.len, w->text.data);
	else if (sql && !call->in_script)
		finding_add(c->f, 210, call->use->command->at,
			    "'%s' in the input ends what no undo brings back: that needs risk "
			    "critical and two approvals",
			    sql);
}

void lint_catastrophic_command(const struct runbook *rb, struct findings *f)
{
	struct context c = {rb, f};

	if (rb->risk == RISK_CRITICAL && rb->approval.min_approvals >= 2)
		return;
	lint_each_call(rb, check_catastrophe, &c);
}

/* ---- RB211 ---- */

static const char *const protected_places[] = {"kube-system", "kube-public", "kube-node-lease",
					       "openshift-etcd", NULL};

static bool takes_namespace(struct span option)
{
	return span_is(option, "-n") || span_is(option, "--namespace");
}

/* A namespace that is filled in keeps out the control plane's. */
static void check_namespace_value(const struct context *c, const struct template *t)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct param *p;

		if (t->parts[i].ref != REF_PARAM)
			continue;
		p = &c->rb->params[t->parts[i].index];
		if (!words_has(&p->deny, SPAN("kube-system")) &&
		    (p->allow.n == 0 || words_has(&p->allow, SPAN("kube-system"))))
			finding_add(
				c->f, 211, t->at,
				"'%s' may be kube-system: deny: [kube-system] keeps the control "
				"plane out",
				p->name.data);
	}
}

static void check_protected(void *ctx, const struct command_use *use)
{
	static const char *const cluster_tools[] = {"kubectl", "oc", "helm", NULL};
	const struct context *c = ctx;
	const struct template *argv = use->command->argv;

	if (!use->acts || use->command->http)
		return;
	for (size_t i = 1; i < use->command->argc; i++) {
		struct span s = argv[i].source;
		const char *sign = memchr(s.data, '=', s.len);
		struct span value =
			sign ? span_of(sign + 1, s.len - (size_t)(sign - s.data) - 1) : s;

		if (is_one_of(value, protected_places))
			finding_add(c->f, 211, argv[i].at,
				    "%s '%s' acts on '%.*s', on which the cluster itself stands",
				    use->what, use_id(use), (int)value.len, value.data);
		else if (span_find(s, SPAN("aiops.db")) || span_starts(s, "aiops-runbook"))
			finding_add(c->f, 211, argv[i].at,
				    "%s '%s' acts on the toolkit that runs it ('%.*s')", use->what,
				    use_id(use), (int)s.len, s.data);
		else if (is_one_of(base_name(argv[0].source), cluster_tools) &&
			 (takes_namespace(argv[i - 1].source) || span_starts(s, "--namespace=")))
			check_namespace_value(c, &argv[i]);
	}
}

void lint_protected_target(const struct runbook *rb, struct findings *f)
{
	struct context c = {rb, f};

	lint_each_command(rb, check_protected, &c);
}
