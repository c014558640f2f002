/*
 * From argv to the running command and back: the frame of cli.h.
 */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/mem.h"
#include "cli/argv.h"
#include "cli/clock.h"
#include "cli/completion.h"
#include "cli/context.h"
#include "cli/help.h"
#include "cli/out.h"
#include "cli/settings.h"
#include "cli/signals.h"
#include "cli/table.h"
#include "yaml/yaml.h"

#ifndef AIOPS_VERSION
#define AIOPS_VERSION "0.0.0"
#endif

/* Standard descriptors that were closed are opened the wrong way round, so that using
 * them fails (EBADF: 66 or 74) instead of losing data in silence, and no file that we
 * open lands on them. */
static void open_standard_fds(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
			continue;
		/* open takes the lowest free number, which is fd; children do not need it */
		if (open("/dev/null", (fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) | O_CLOEXEC) < 0)
			return; /* without /dev/null it stays closed, which fails as well */
	}
}

static int print_usage(struct cli *c)
{
	struct buf text = BUF_INIT(1 << 12);

	help_usage(c->program, c->command, &text);
	buf_addf(&text, "try '%s --help'\n", c->program->name);
	(void)!write(STDERR_FILENO, text.data, text.len); /* nobody to tell */
	buf_release(&text);
	return EX_BADUSAGE;
}

/* ---- which command ---- */

static int unknown_command(const struct program *p, const char *word, struct err *e)
{
	const char **names = mem_array(NULL, p->n_commands + 1, sizeof *names);
	const char *near;

	for (size_t i = 0; i < p->n_commands; i++)
		names[i] = p->commands[i].name;
	names[p->n_commands] = NULL;
	near = nearest_word(span_cstr(word), names);
	free(names);
	if (near)
		return err_set(e, EX_BADUSAGE, "unknown command '%.60s' (did you mean '%s'?)", word,
			       near);
	return err_set(e, EX_BADUSAGE, "unknown command '%.60s'", word);
}

/* Sets c->command; NULL remains if the first word is an option (--help, --version, ...). */
static int choose_command(struct cli *c, int argc, char **argv, struct err *e)
{
	const struct program *p = c->program;

	if (!program_has_commands(p)) {
		c->command = &p->commands[0];
		return 0;
	}
	if (argc < 2 || argv[1][0] == '-')
		return 0;
	for (size_t i = 0; i < p->n_commands; i++)
		if (strcmp(p->commands[i].name, argv[1]) == 0)
			c->command = &p->commands[i];
	return c->command ? 0 : unknown_command(p, argv[1], e);
}

static int no_command(struct cli *c)
{
	struct err e = ERR_INIT;

	err_set(&e, EX_BADUSAGE, "no command was given");
	return msg_err(c, NULL, &e);
}

/* ---- what is answered without running anything ---- */

static int answer(struct cli *c, const char *completion, bool help, bool *answered)
{
	struct buf text = BUF_INIT(16 << 20);
	struct err e = ERR_INIT;
	int code = EX_DONE;

	*answered = true;
	if (help)
		help_text(c->program, c->command, &text);
	else if (completion && completion_write(c->program, completion, &text, &e) != 0)
		code = msg_err(c, NULL, &e);
	else if (!completion)
		buf_addf(&text, "%s %s\n", c->program->name, AIOPS_VERSION);
	out_write(c, buf_span(&text));
	buf_release(&text);
	return code;
}

/* --help, --version and --completion, the first of them that was given. */
static int answer_first(struct cli *c, const struct table *t, const struct argv_values *v,
			bool *answered)
{
	for (size_t i = 0; i < v->n; i++) {
		const struct slot *s = &t->slots[v->items[i].slot];

		if (!s->common)
			continue;
		if (strcmp(s->opt->name, "help") == 0)
			return answer(c, NULL, true, answered);
		if (strcmp(s->opt->name, "version") == 0)
			return answer(c, NULL, false, answered);
		if (strcmp(s->opt->name, "completion") == 0)
			return answer(c, v->items[i].text, false, answered);
	}
	return EX_DONE;
}

/* ---- before the command runs ---- */

static const char *config_where(const struct cli *c, const struct err *e)
{
	return e->code == EX_BADCONFIG ? c->config.path
				       : NULL; /* others name the file themselves */
}

static int load_settings(struct cli *c, struct table *t, const struct argv_values *v)
{
	const char *named = settings_config_path(t, c->program, v);
	struct err e = ERR_INIT;

	if (config_open(&c->config, c->program, named, &e) != 0)
		return msg_err(c, config_where(c, &e), &e);
	if (settings_apply(t, c->program, &c->config, v, &c->owned, &e) != 0 ||
	    (c->config.doc && settings_check_others(t, c->program, &c->config, &e) != 0)) {
		return msg_err(c, config_where(c, &e), &e);
	}
	return EX_DONE;
}

static void tell_settings(struct cli *c, const struct table *t)
{
	if (c->config.path)
		msg(c, MSG_INFO, NULL, "configuration: %s", c->config.path);
	for (size_t i = 0; i < t->n; i++)
		if (t->slots[i].source)
			msg(c, MSG_DEBUG, NULL, "option --%s is set by: %s", t->slots[i].opt->name,
			    t->slots[i].source);
}

/* An option was given with which the command reads no input. */
static bool reads_no_input(const struct table *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->slots[i].source && (t->slots[i].opt->flags & OPT_NO_INPUT))
			return true;
	return false;
}

static int check_operands(struct cli *c, const struct table *t)
{
	const struct command *cmd = c->command;
	struct err e = ERR_INIT;

	if (c->n_operands && !(cmd->operands && *cmd->operands)) {
		err_set(&e, EX_BADUSAGE, "unexpected operand '%.200s'", c->operands[0]);
		return msg_err(c, NULL, &e);
	}
	if ((cmd->common & CLI_FILES) && c->n_operands == 0 && isatty(STDIN_FILENO) &&
	    !reads_no_input(t))
		return print_usage(c);
	return EX_DONE;
}

static int run_command(struct cli *c, struct table *t, struct argv_values *v)
{
	int code = load_settings(c, t, v);

	if (code != EX_DONE)
		return code;
	c->operands = v->operands;
	c->n_operands = v->n_operands;
	c->table = t;
	code = check_operands(c, t);
	if (code != EX_DONE)
		return code;
	tell_settings(c, t);
	return c->command->run(c);
}

static int start(struct cli *c, int argc, char **argv)
{
	struct argv_values v = {0};
	struct err e = ERR_INIT;
	bool answered = false;
	struct table t;
	int code, skip;

	if (choose_command(c, argc, argv, &e) != 0)
		return msg_err(c, NULL, &e);
	skip = c->command && c->command->name;
	if (c->command)
		c->options = mem_zalloc(c->command->options_size);
	table_init(&t, c->command, c->options, &c->common);
	if (argv_split(&t, argc - skip, argv + skip, &v, &e) != 0) {
		code = msg_err(c, NULL, &e);
		goto out;
	}
	code = answer_first(c, &t, &v, &answered);
	if (!answered && c->command)
		code = run_command(c, &t, &v);
	else if (!answered)
		code = no_command(c);
out:
	argv_release(&v);
	c->operands = NULL;
	c->table = NULL;
	table_release(&t);
	return code;
}

/* ---- the whole life of a process ---- */

static void context_release(struct cli *c)
{
	free(c->options);
	config_release(&c->config);
	owned_release(&c->owned);
	buf_release(&c->out.buf);
}

int cli_main(const struct program *p, int argc, char **argv)
{
	struct cli c = {.program = p};
	const char *log = cli_getenv("AIOPS_LOG");
	struct err e = ERR_INIT;
	int code, sig;

	open_standard_fds();
	signals_prepare();
	/* What one record or transaction needed the next one needs again: giving it back to the
	 * system in between costs two calls and the page faults each time. */
	(void)mallopt(M_TRIM_THRESHOLD, 4 << 20); /* only a hint */
	c.log_json = log && strcmp(log, "json") == 0;
	c.stdout_tty = isatty(STDOUT_FILENO);
	c.stderr_tty = isatty(STDERR_FILENO);
	c.env = clock_env(&c.common.now);
	if (crypto_init(&e) != 0)
		return msg_err(&c, NULL, &e);
	code = start(&c, argc, argv);
	progress_clear(&c.progress);
	if (out_finish(&c) != EX_DONE)
		code = EX_IO;
	sig = out_pipe_gone(&c) ? SIGPIPE : signals_stop();
	context_release(&c);
	if (sig)
		signals_die(sig);
	return code;
}

const void *cli_options(const struct cli *c)
{
	return c->options;
}

const struct common_options *cli_common(const struct cli *c)
{
	return &c->common;
}

const struct command *cli_command(const struct cli *c)
{
	return c->command;
}

const char *cli_tool(const struct cli *c)
{
	return c->program->name;
}

char *const *cli_operands(const struct cli *c, size_t *n)
{
	if (n)
		*n = c->n_operands;
	return c->operands;
}

bool cli_is_given(const struct cli *c, const char *name)
{
	const struct slot *s = c->table ? table_find(c->table, span_cstr(name)) : NULL;

	return s && s->source && strcmp(s->source, "command line") == 0;
}

const struct env *cli_env(const struct cli *c)
{
	return &c->env;
}

const struct yaml_node *cli_config_section(const struct cli *c, const char *key)
{
	return c->config.doc ? yaml_get(yaml_root(c->config.doc), key) : NULL;
}

const char *cli_config_path(const struct cli *c)
{
	return c->config.doc ? c->config.path : NULL;
}

const volatile bool *cli_catch_stop(struct cli *c)
{
	struct err e = ERR_INIT;

	if (signals_catch(&e) != 0)
		(void)msg_err(c, NULL, &e); /* the default actions remain */
	return signals_stop_flag();
}
