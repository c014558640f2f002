#include "cli/completion.h"

#include <string.h>

#include "cli/help.h"
#include "cli/opt.h"
#include "cli/table.h"

/* text with a backslash before each character of set. */
static void add_escaped(struct buf *out, const char *text, const char *set)
{
	for (; *text; text++) {
		if (strchr(set, *text))
			buf_add_char(out, '\\');
		buf_add_char(out, *text);
	}
}

/* In single quotes for any of the shells; zsh and fish read '\'' alike. */
static void add_quoted(struct buf *out, const char *text)
{
	buf_add_char(out, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			buf_add_cstr(out, "'\\''");
		else
			buf_add_char(out, *text);
	}
	buf_add_char(out, '\'');
}

/* "_aiops_drift": a function's name. */
static void add_function(struct buf *out, const struct program *p)
{
	buf_add_char(out, '_');
	for (const char *c = p->name; *c; c++)
		buf_add_char(out, *c == '-' ? '_' : *c);
}

static void add_choices(struct buf *out, const struct opt *o)
{
	for (size_t i = 0; o->choices[i]; i++)
		buf_addf(out, "%s%s", i ? " " : "", o->choices[i]);
}

/* ---- bash ---- */

static void bash_argument(struct buf *out, const char *command, const struct opt *o)
{
	buf_addf(out, "\t%s:--%s", command, o->name);
	if (o->letter)
		buf_addf(out, " | %s:-%c", command, o->letter);
	buf_add_cstr(out, ") ");
	if (o->choices) {
		buf_add_cstr(out, "mapfile -t COMPREPLY < <(compgen -W '");
		add_choices(out, o);
		buf_add_cstr(out, "' -- \"$cur\")");
	} else if (o->kind == OPT_FILE) {
		buf_add_cstr(out, "mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")");
	} else if (o->kind == OPT_DIR) {
		buf_add_cstr(out, "mapfile -t COMPREPLY < <(compgen -d -- \"$cur\")");
	} else {
		buf_add_char(out, ':');
	}
	buf_add_cstr(out, "; return ;;\n");
}

static void bash_command(struct buf *arguments, struct buf *words, const struct command *cmd,
			 const char *name)
{
	struct table t;

	table_init(&t, cmd, NULL, NULL);
	buf_addf(words, "\t%s) words='", name);
	for (size_t i = 0; i < t.n; i++) {
		const struct opt *o = t.slots[i].opt;

		buf_addf(words, "%s--%s", i ? " " : "", o->name);
		if (opt_takes_argument(o))
			bash_argument(arguments, name, o);
	}
	buf_add_cstr(words, "' ;;\n");
	table_release(&t);
}

static void bash_script(const struct program *p, struct buf *out)
{
	struct buf arguments = BUF_INIT(1 << 20), words = BUF_INIT(1 << 20),
		   names = BUF_INIT(1 << 16);
	bool many = program_has_commands(p);

	for (size_t i = 0; i < p->n_commands; i++) {
		bash_command(&arguments, &words, &p->commands[i], many ? p->commands[i].name : "-");
		if (many)
			buf_addf(&names, "%s%s", i ? " " : "", p->commands[i].name);
	}
	if (many)
		bash_command(&arguments, &words, NULL, "-");
	buf_addf(out, "# bash completion for %s, made by '%s --completion bash'\n", p->name,
		 p->name);
	add_function(out, p);
	buf_add_cstr(
		out,
		"()\n{\n"
		"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} cmd=- words=\n"
		"\tCOMPREPLY=()\n"
		"\tif [[ $cur == = ]]; then\n\t\tcur=\n"
		"\telif [[ $prev == = ]]; then\n\t\tprev=${COMP_WORDS[COMP_CWORD - 2]}\n\tfi\n");
	if (many)
		buf_addf(
			out,
			"\tif ((COMP_CWORD > 1)) && [[ \" %s \" == *\" ${COMP_WORDS[1]} \"* ]]; then\n"
			"\t\tcmd=${COMP_WORDS[1]}\n\tfi\n",
			buf_cstr(&names));
	buf_addf(out, "\tcase $cmd:$prev in\n%s\tesac\n\tcase $cmd in\n%s\tesac\n",
		 buf_cstr(&arguments), buf_cstr(&words));
	if (many)
		buf_addf(out, "\tif ((COMP_CWORD == 1)); then\n\t\twords=\"%s $words\"\n\tfi\n",
			 buf_cstr(&names));
	buf_add_cstr(out,
		     "\tif [[ $cur == -* ]] || ((COMP_CWORD == 1)); then\n"
		     "\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n\tfi\n}\n"
		     "complete -o default -o bashdefault -F ");
	add_function(out, p);
	buf_addf(out, " %s\n", p->name);
	buf_release(&arguments);
	buf_release(&words);
	buf_release(&names);
}

/* ---- zsh ---- */

static void zsh_option(struct buf *out, const struct opt *o)
{
	struct buf spec = BUF_INIT(1 << 16);

	if (o->kind == OPT_TEXTS || o->kind == OPT_COUNT)
		buf_add_char(&spec, '*');
	buf_addf(&spec, "--%s%s[", o->name, opt_takes_argument(o) ? "=" : "");
	add_escaped(&spec, o->help, "\\[]:");
	buf_add_char(&spec, ']');
	if (opt_takes_argument(o)) {
		buf_add_char(&spec, ':');
		add_escaped(&spec, o->arg ? o->arg : "value", "\\:");
		buf_add_char(&spec, ':');
		if (o->choices) {
			buf_add_char(&spec, '(');
			add_choices(&spec, o);
			buf_add_char(&spec, ')');
		} else if (o->kind == OPT_FILE) {
			buf_add_cstr(&spec, "_files");
		} else if (o->kind == OPT_DIR) {
			buf_add_cstr(&spec, "_files -/");
		}
	}
	buf_add_cstr(out, " \\\n\t\t");
	add_quoted(out, buf_cstr(&spec));
	if (o->letter) { /* the same specification under the letter */
		struct buf alias = BUF_INIT(1 << 16);
		const char *text = buf_cstr(&spec);
		size_t star = text[0] == '*', name = strlen(o->name) + 2;

		buf_addf(&alias, "%s-%c%s", star ? "*" : "", o->letter,
			 opt_takes_argument(o) ? "+" : "");
		buf_add_cstr(&alias, text + star + name + (opt_takes_argument(o) ? 1 : 0));
		buf_add_cstr(out, " \\\n\t\t");
		add_quoted(out, buf_cstr(&alias));
		buf_release(&alias);
	}
	buf_release(&spec);
}

static void zsh_options(struct buf *out, const struct command *cmd)
{
	struct table t;

	table_init(&t, cmd, NULL, NULL);
	for (size_t i = 0; i < t.n; i++)
		zsh_option(out, t.slots[i].opt);
	table_release(&t);
}

static void zsh_commands(struct buf *out, const struct program *p)
{
	buf_add_cstr(out, "\tlocal -a commands=(");
	for (size_t i = 0; i < p->n_commands; i++) {
		struct buf item = BUF_INIT(1 << 16);

		add_escaped(&item, p->commands[i].name, ":\\");
		buf_add_char(&item, ':');
		buf_add_cstr(&item, p->commands[i].summary);
		buf_add_cstr(out, "\n\t\t");
		add_quoted(out, buf_cstr(&item));
		buf_release(&item);
	}
	buf_add_cstr(out, "\n\t)\n\tif ((CURRENT == 2)) && [[ $words[2] != -* ]]; then\n"
			  "\t\t_describe command commands\n\t\treturn\n\tfi\n"
			  "\tlocal command=$words[2]\n");
	buf_add_cstr(out, "\tcase $command in\n");
	for (size_t i = 0; i < p->n_commands; i++) {
		buf_addf(out, "\t%s)\n\t\tshift words; ((CURRENT--))\n\t\t_arguments -s -S",
			 p->commands[i].name);
		zsh_options(out, &p->commands[i]);
		buf_add_cstr(out, " \\\n\t\t'*:file:_files'\n\t\t;;\n");
	}
	buf_add_cstr(out, "\t*)\n\t\t_arguments -s -S");
	zsh_options(out, NULL);
	buf_add_cstr(out, "\n\t\t;;\n\tesac\n");
}

static void zsh_script(const struct program *p, struct buf *out)
{
	buf_addf(out, "#compdef %s\n# made by '%s --completion zsh'\n", p->name, p->name);
	add_function(out, p);
	buf_add_cstr(out, "()\n{\n");
	if (program_has_commands(p)) {
		zsh_commands(out, p);
	} else {
		buf_add_cstr(out, "\t_arguments -s -S");
		zsh_options(out, &p->commands[0]);
		buf_add_cstr(out, " \\\n\t\t'*:file:_files'\n");
	}
	buf_add_cstr(out, "}\n");
	add_function(out, p);
	buf_add_cstr(out, " \"$@\"\n");
}

/* ---- fish ---- */

static void fish_option(struct buf *out, const struct program *p, const char *condition,
			const struct opt *o)
{
	buf_addf(out, "complete -c %s", p->name);
	if (condition) {
		buf_add_cstr(out, " -n ");
		add_quoted(out, condition);
	}
	buf_addf(out, " -l %s", o->name);
	if (o->letter)
		buf_addf(out, " -s %c", o->letter);
	if (o->choices) {
		buf_add_cstr(out, " -x -a '");
		add_choices(out, o);
		buf_add_char(out, '\'');
	} else if (o->kind == OPT_FILE) {
		buf_add_cstr(out, " -r -F");
	} else if (o->kind == OPT_DIR) {
		buf_add_cstr(out, " -x -a '(__fish_complete_directories)'");
	} else if (opt_takes_argument(o)) {
		buf_add_cstr(out, " -x");
	}
	buf_add_cstr(out, " -d ");
	add_quoted(out, o->help);
	buf_add_char(out, '\n');
}

static void fish_command(struct buf *out, const struct program *p, const struct command *cmd,
			 const char *condition)
{
	struct table t;

	table_init(&t, cmd, NULL, NULL);
	for (size_t i = 0; i < t.n; i++)
		fish_option(out, p, condition, t.slots[i].opt);
	table_release(&t);
}

static void fish_script(const struct program *p, struct buf *out)
{
	buf_addf(out, "# fish completion for %s, made by '%s --completion fish'\n", p->name,
		 p->name);
	if (!program_has_commands(p)) {
		fish_command(out, p, &p->commands[0], NULL);
		return;
	}
	for (size_t i = 0; i < p->n_commands; i++) {
		buf_addf(out, "complete -c %s -n __fish_use_subcommand -f -a %s -d ", p->name,
			 p->commands[i].name);
		add_quoted(out, p->commands[i].summary);
		buf_add_char(out, '\n');
	}
	fish_command(out, p, NULL, "__fish_use_subcommand");
	for (size_t i = 0; i < p->n_commands; i++) {
		struct buf condition = BUF_INIT(1 << 12);

		buf_addf(&condition, "__fish_seen_subcommand_from %s", p->commands[i].name);
		fish_command(out, p, &p->commands[i], buf_cstr(&condition));
		buf_release(&condition);
	}
}

/* ---- the table ---- */

/* Where it may be given: also in the file, or in the programme's own part of it, or in the
 * environment, or on the command line only. */
static const char *places(const struct opt *o)
{
	if (opt_in_config(o))
		return o->flags & OPT_OWN_PART ? "part" : "file";
	return opt_in_environment(o) ? "env" : "argv";
}

static void list_options(const struct program *p, struct buf *out)
{
	for (size_t i = 0; i < p->n_commands; i++) {
		const struct command *cmd = &p->commands[i];
		struct table t;

		table_init(&t, cmd, NULL, NULL);
		for (size_t k = 0; k < t.n; k++) {
			const struct opt *o = t.slots[k].opt;
			char letter[2] = {o->letter ? o->letter : '-', '\0'};

			buf_addf(out, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n",
				 cmd->name ? cmd->name : "-", o->name, letter,
				 opt_kind_name(o->kind), o->standard ? o->standard : "-", places(o),
				 t.slots[k].common ? "common" : "own", o->arg ? o->arg : "-",
				 o->help);
		}
		table_release(&t);
	}
}

int completion_write(const struct program *p, const char *shell, struct buf *out, struct err *e)
{
	if (strcmp(shell, "bash") == 0)
		bash_script(p, out);
	else if (strcmp(shell, "zsh") == 0)
		zsh_script(p, out);
	else if (strcmp(shell, "fish") == 0)
		fish_script(p, out);
	else if (strcmp(shell, "options") == 0)
		list_options(p, out);
	else
		return err_set(e, EX_BADUSAGE,
			       "--completion: '%s' is not one of bash, zsh, fish, options", shell);
	return 0;
}
