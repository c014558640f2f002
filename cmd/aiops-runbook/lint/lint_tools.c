/*
 * Rules about which programmes are run, and how: shells, privilege, terminals,
 * downloads, other endpoints, processes that outlive their step.
 */
#include <string.h>

#include "aiops-runbook/lint/calls.h"
#include "aiops-runbook/lint/rules.h"

struct context {
	const struct lint_terms *terms;
	struct findings *f;
};

static const struct call_word *tool_word(const struct call *c)
{
	return &c->words[c->tool];
}

/* ---- RB102 ---- */

static void check_shell(void *ctx, const struct call *c)
{
	struct findings *f = ctx;

	if (!c->in_script && is_shell(call_tool(c)) && call_option(c, 'c', NULL))
		finding_add(f, 102, tool_word(c)->at,
			    "%s '%s' runs a script: argv with capture, expect and conditions says "
			    "the same without a shell",
			    c->use->what, use_id(c->use));
}

void lint_shell_needed(const struct runbook *rb, struct findings *f)
{
	lint_each_call(rb, check_shell, f);
}

/* ---- RB109 ---- */

static void check_privilege(void *ctx, const struct call *c)
{
	static const char *const tools[] = {"sudo", "su", "doas", "pkexec", "runuser", NULL};
	struct findings *f = ctx;

	for (size_t i = 0; i <= c->tool; i++)
		if (is_one_of(base_name(c->words[i].text), tools))
			finding_add(f, 109, c->words[i].at,
				    "'%.*s' gains privileges, which commands may not: let the "
				    "toolkit run as the user that is needed",
				    (int)c->words[i].text.len, c->words[i].text.data);
}

void lint_privilege(const struct runbook *rb, struct findings *f)
{
	lint_each_call(rb, check_privilege, f);
}

/* ---- RB110 ---- */

/* Tools that want a terminal, unless an option says otherwise. */
static const struct {
	const char *tool;
	const char *word;      /* only with this word, or NULL */
	char letter;           /* only with this option, or 0 */
	const char *option;    /* its long form, or NULL */
	const char *unless[6]; /* one of these makes it a batch call */
} interactive[] = {
	{"kubectl", "edit", 0, NULL, {NULL}},
	{"oc", "edit", 0, NULL, {NULL}},
	{"oc", "rsh", 0, NULL, {NULL}},
	{"kubectl", "debug", 0, NULL, {NULL}},
	{"kubectl", "exec", 't', "--tty", {"--tty=false", NULL}},
	{"kubectl", "run", 't', "--tty", {"--tty=false", NULL}},
	{"kubectl", "attach", 0, NULL, {NULL}},
	{"docker", "exec", 't', "--tty", {NULL}},
	{"docker", "run", 't', "--tty", {NULL}},
	{"docker", "attach", 0, NULL, {NULL}},
	{"podman", "exec", 't', "--tty", {NULL}},
	{"vi", NULL, 0, NULL, {NULL}},
	{"vim", NULL, 0, NULL, {"-es", NULL}},
	{"nano", NULL, 0, NULL, {NULL}},
	{"emacs", NULL, 0, NULL, {"--batch", NULL}},
	{"less", NULL, 0, NULL, {NULL}},
	{"more", NULL, 0, NULL, {NULL}},
	{"man", NULL, 0, NULL, {NULL}},
	{"htop", NULL, 0, NULL, {NULL}},
	{"visudo", NULL, 0, NULL, {"-c", NULL}},
	{"systemctl", "edit", 0, NULL, {NULL}},
	{"crontab", NULL, 'e', NULL, {NULL}},
	{"git", "rebase", 'i', "--interactive", {NULL}},
	{"git", "add", 'p', "--patch", {NULL}},
	{"rm", NULL, 'i', "--interactive", {NULL}},
	{"passwd", NULL, 0, NULL, {"-l", "-u", "-S", "--stdin", NULL}},
	{"read", NULL, 'p', NULL, {NULL}},
	{"helm", "uninstall", 0, "--interactive", {NULL}},
};

/* Ask before they act, unless they are told not to. */
static const char *const askers[] = {"apt", "apt-get", "aptitude", "yum", "dnf", "zypper", NULL};

static bool wants_yes(const struct call *c)
{
	static const char *const verbs[] = {"install", "remove",     "purge",        "upgrade",
					    "update",  "autoremove", "dist-upgrade", NULL};
	static const char *const batch[] = {"-y",
					    "--yes",
					    "--assume-yes",
					    "-s",
					    "--simulate",
					    "--dry-run",
					    "--non-interactive",
					    "-n",
					    "-qq",
					    "-qy",
					    "-yq",
					    "--assumeno",
					    NULL};

	if (!call_is_one(c, askers) || !call_word_of(c, verbs) || call_word_of(c, batch))
		return false;
	return !(call_word(c, "update") && span_starts(call_tool(c), "apt"));
}

static bool is_interactive(const struct call *c, size_t which)
{
	const char *word = interactive[which].word;

	if (!call_is(c, interactive[which].tool) || (word && !call_word(c, word)))
		return false;
	if ((interactive[which].letter || interactive[which].option) &&
	    !call_option(c, interactive[which].letter, interactive[which].option))
		return false;
	return !call_word_of(c, interactive[which].unless);
}

static void check_interactive(void *ctx, const struct call *c)
{
	struct findings *f = ctx;
	bool found = wants_yes(c) || (call_is(c, "top") && !call_option(c, 'b', "--batch"));

	for (size_t i = 0; i < sizeof interactive / sizeof *interactive && !found; i++)
		found = is_interactive(c, i);
	if (found)
		finding_add(f, 110, tool_word(c)->at,
			    "'%.*s' would wait for a person at a terminal: there is none",
			    (int)call_tool(c).len, call_tool(c).data);
}

void lint_interactive(const struct runbook *rb, struct findings *f)
{
	lint_each_call(rb, check_interactive, f);
}

/* ---- RB111 ---- */

static bool lies_in_path(struct span file, const char *path)
{
	struct span dir = span_of(file.data, file.len - base_name(file).len - 1);

	for (const char *at = path; *at;) {
		size_t n = strcspn(at, ":");

		if (span_eq(span_of(at, n), dir))
			return true;
		at += n + (at[n] == ':');
	}
	return false;
}

static void check_executable(void *ctx, const struct command_use *use)
{
	const struct context *c = ctx;
	const struct template *t = &use->command->argv[0];

	if (use->command->http || !memchr(t->source.data, '/', t->source.len))
		return;
	if (t->source.data[0] != '/')
		finding_add(
			c->f, 111, t->at,
			"'%s' depends on the folder that it is run in: name it without a folder, "
			"or by its whole path",
			t->source.data);
	else if (c->terms->exec_path && !lies_in_path(t->source, c->terms->exec_path))
		finding_add(c->f, 111, t->at,
			    "'%s' lies outside the folders that executables come from (--path)",
			    t->source.data);
}

void lint_relative_executable(const struct runbook *rb, const struct lint_terms *t,
			      struct findings *f)
{
	struct context c = {t, f};

	lint_each_command(rb, check_executable, &c);
}

/* ---- RB113 ---- */

static void check_endpoint(void *ctx, const struct call *c)
{
	static const char *const options[] = {"--server",
					      "--kubeconfig",
					      "--token",
					      "--context",
					      "--as",
					      "--as-group",
					      "--kube-context",
					      "--kube-apiserver",
					      "--kube-token",
					      "--insecure-skip-tls-verify",
					      NULL};
	struct findings *f = ctx;

	for (size_t i = 0; options[i]; i++) {
		const struct call_word *w = call_option(c, 0, options[i]);

		if (w)
			finding_add(f, 113, w->at,
				    "%s leads elsewhere, or as someone else, than the site set up",
				    options[i]);
	}
	for (size_t i = c->tool + 1; i < c->n; i++) {
		struct span s = c->words[i].text;

		if (s.len >= 14 && span_eq_nocase(span_of(s.data, 14), SPAN("authorization:")))
			finding_add(f, 113, c->words[i].at,
				    "a header with credentials acts as someone else than the site "
				    "set up");
	}
}

void lint_endpoint_override(const struct runbook *rb, struct findings *f)
{
	lint_each_call(rb, check_endpoint, f);
}

/* ---- RB309 ---- */

static void check_background(void *ctx, const struct call *c)
{
	static const char *const tools[] = {"nohup", "setsid", "disown",    "systemd-run",
					    "at",    "batch",  "daemonize", "start-stop-daemon",
					    NULL};
	static const char *const detached[] = {"new", "new-session", "-dmS", NULL};
	static const char *const muxers[] = {"tmux", "screen", NULL};
	struct findings *f = ctx;

	for (size_t i = 0; i <= c->tool; i++)
		if (is_one_of(base_name(c->words[i].text), tools))
			finding_add(f, 309, c->words[i].at,
				    "'%.*s' lets something go on behind the step's back: no "
				    "deadline ends it, and nobody sees its outcome",
				    (int)c->words[i].text.len, c->words[i].text.data);
	if (c->end == '&' || call_word(c, "&") ||
	    (call_is_one(c, muxers) && call_word_of(c, detached)))
		finding_add(
			f, 309, tool_word(c)->at,
			"'%.*s' is left in the background: no deadline ends it, and nobody sees "
			"its outcome",
			(int)call_tool(c).len, call_tool(c).data);
}

void lint_backgrounding(const struct runbook *rb, struct findings *f)
{
	lint_each_call(rb, check_background, f);
}
