/*
 * Rules about what reaches a command (CWE-78, CWE-88).
 */
#include <string.h>

#include "aiops-runbook/lint/calls.h"
#include "aiops-runbook/lint/rules.h"

struct context {
	const struct runbook *rb;
	struct findings *f;
};

/* ---- RB101 ---- */

/* Programmes that take code as the argument of an option, and that option's letter. */
static const struct {
	const char *name;
	const char *letters; /* in a bundle like -lc too */
	const char *option;  /* long form */
} interpreters[] = {
	{"sh", "c", NULL},          {"bash", "c", NULL},         {"dash", "c", NULL},
	{"zsh", "c", NULL},         {"ksh", "c", NULL},          {"fish", "c", "--command"},
	{"busybox", "c", NULL},     {"su", "c", "--command"},    {"python", "c", NULL},
	{"python3", "c", NULL},     {"perl", "eE", NULL},        {"ruby", "e", NULL},
	{"node", "ep", "--eval"},   {"php", "r", NULL},          {"lua", "e", NULL},
	{"psql", "c", "--command"}, {"mysql", "e", "--execute"}, {"mongosh", NULL, "--eval"},
};

/* Programmes whose words (behind their options) become a command line for a shell elsewhere. */
static const char *const remote_shells[] = {"ssh", "eval", "parallel", "rsh", NULL};
/* Programmes that run the command that follows; it is judged instead. */
static const char *const wrappers[] = {"env",   "sudo",    "doas",   "nice",  "ionice",
				       "nohup", "timeout", "setsid", "xargs", "stdbuf",
				       "time",  "watch",   "exec",   NULL};

static bool takes_code(const char *letters, const char *option, struct span word)
{
	if (option && (span_is(word, option) ||
		       (span_starts(word, option) && word.data[strlen(option)] == '=')))
		return true;
	if (!letters || word.len < 2 || word.data[0] != '-' || word.data[1] == '-')
		return false;
	for (size_t i = 1; i < word.len; i++)
		if (strchr(letters, word.data[i]))
			return true;
	return false;
}

static void report_shell(const struct context *c, const struct template *t, struct span tool)
{
	finding_add(
		c->f, 101, t->at,
		"a value is pasted into code for %.*s: keep the code constant and pass the value by env or as an "
		"argument of its own",
		(int)tool.len, tool.data);
}

/* From the first option that takes code on, no element may hold a value: with -c CODE, what follows
 * CODE is data, but then the code is constant. psql -v name={{value}} stands before or after and is
 * data. */
static void check_interpreter(const struct context *c, const struct cmd *cmd, size_t at,
			      size_t which)
{
	struct span tool = base_name(cmd->argv[at].source);

	for (size_t i = at + 1; i < cmd->argc; i++) {
		const struct template *t = &cmd->argv[i];

		if (!takes_code(interpreters[which].letters, interpreters[which].option, t->source))
			continue;
		if (!template_is_constant(t))
			report_shell(c, t, tool); /* --eval=... {{x}} */
		if (i + 1 < cmd->argc && !template_is_constant(&cmd->argv[i + 1]))
			report_shell(c, &cmd->argv[i + 1], tool);
	}
}

static void check_remote(const struct context *c, const struct cmd *cmd, size_t at)
{
	struct span tool = base_name(cmd->argv[at].source);
	bool host =
		!span_is(tool, "ssh") && !span_is(tool, "rsh"); /* eval and parallel have none */

	for (size_t i = at + 1; i < cmd->argc; i++) {
		const struct template *t = &cmd->argv[i];

		if (!host) { /* options and their values up to the first bare word */
			host = t->source.len && t->source.data[0] != '-' &&
			       cmd->argv[i - 1].source.data[0] != '-';
			continue;
		}
		if (!template_is_constant(t))
			report_shell(c, t, tool);
	}
}

/* Where the command that a wrapper runs begins: the first known name behind it. */
static void check_words(const struct context *c, const struct cmd *cmd)
{
	bool wrapped = true;

	for (size_t i = 0; i < cmd->argc && wrapped; i++) {
		struct span tool = base_name(cmd->argv[i].source);

		if (is_one_of(tool, remote_shells)) {
			check_remote(c, cmd, i);
			return;
		}
		for (size_t k = 0; k < sizeof interpreters / sizeof *interpreters; k++) {
			if (span_is(tool, interpreters[k].name)) {
				check_interpreter(c, cmd, i, k);
				return;
			}
		}
		if (i == 0)
			wrapped = is_one_of(tool, wrappers);
	}
}

static void check_shell(void *ctx, const struct command_use *use)
{
	check_words(ctx, use->command);
}

void lint_shell_interpolation(const struct runbook *rb, struct findings *f)
{
	struct context c = {rb, f};

	lint_each_command(rb, check_shell, &c);
}

/* ---- RB103 ---- */

static void check_constrained(const struct context *c, const struct param *p, const char *what)
{
	if (p->type == PARAM_STRING && !p->pattern && p->allow.n == 0)
		finding_add(
			c->f, 103, p->at,
			"%s '%s' is a string without pattern or list of values: any text would do",
			what, p->name.data);
}

void lint_unconstrained_parameter(const struct runbook *rb, struct findings *f)
{
	struct context c = {rb, f};

	for (size_t i = 0; i < rb->n_params; i++)
		check_constrained(&c, &rb->params[i], "parameter");
	for (size_t i = 0; i < rb->n_captures; i++)
		check_constrained(&c, &rb->captures[i].as, "capture");
}

/* ---- RB105 ---- */

static bool excludes_dash(const struct runbook *rb, const struct part *p)
{
	switch (p->ref) {
	case REF_PARAM:
		return param_excludes_dash(&rb->params[p->index]);
	case REF_CAPTURE:
		return param_excludes_dash(&rb->captures[p->index].as);
	default:
		return true; /* literals, and ids of our own */
	}
}

static void check_dash(void *ctx, const struct command_use *use)
{
	const struct context *c = ctx;

	for (size_t i = 1; i < use->command->argc; i++) {
		const struct template *t = &use->command->argv[i];

		if (span_is(t->source, "--"))
			return; /* what follows is never an option */
		if (t->n && t->parts[0].ref != REF_NONE && !excludes_dash(c->rb, &t->parts[0]))
			finding_add(
				c->f, 105, t->at,
				"{{%.*s}} may begin with '-' and be taken for an option: put -- before it, or declare "
				"a type that excludes it",
				(int)t->parts[0].text.len, t->parts[0].text.data);
	}
}

void lint_option_injection(const struct runbook *rb, struct findings *f)
{
	struct context c = {rb, f};

	lint_each_command(rb, check_dash, &c);
}
