#include "cli/help.h"

#include <string.h>

#include "cli/opt.h"
#include "cli/table.h"

enum { HELP_COLUMN = 30, HELP_WIDTH = 100 };

bool program_has_commands(const struct program *p)
{
	return p->n_commands > 0 && p->commands[0].name;
}

void help_usage(const struct program *p, const struct command *cmd, struct buf *out)
{
	buf_addf(out, "usage: %s", p->name);
	if (cmd && cmd->name)
		buf_addf(out, " %s", cmd->name);
	if (!cmd)
		buf_add_cstr(out, " COMMAND");
	buf_add_cstr(out, " [option ...]");
	if (cmd && cmd->operands && *cmd->operands)
		buf_addf(out, " %s", cmd->operands);
	buf_add_char(out, '\n');
}

/* Words of text, wrapped behind a hanging indent. The cursor stands at column. */
static void add_wrapped(struct buf *out, size_t column, size_t indent, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, " ");

		if (column > indent && column + 1 + n > HELP_WIDTH) {
			buf_addf(out, "\n%*s", (int)indent, "");
			column = indent;
		} else if (column > indent) {
			buf_add_char(out, ' ');
			column++;
		}
		buf_add(out, text, n);
		column += n;
		text += n;
		text += strspn(text, " ");
	}
	buf_add_char(out, '\n');
}

static void add_entry(struct buf *out, const char *left, const char *right)
{
	size_t n = strlen(left);

	buf_add_cstr(out, left);
	if (n + 2 > HELP_COLUMN)
		buf_addf(out, "\n%*s", HELP_COLUMN, "");
	else
		buf_addf(out, "%*s", (int)(HELP_COLUMN - n), "");
	add_wrapped(out, HELP_COLUMN, HELP_COLUMN, right);
}

static void add_option(struct buf *out, const struct opt *o)
{
	struct buf left = BUF_INIT(1 << 12), right = BUF_INIT(1 << 16);

	if (o->letter)
		buf_addf(&left, "  -%c, --%s", o->letter, o->name);
	else
		buf_addf(&left, "      --%s", o->name);
	if (opt_takes_argument(o))
		buf_addf(&left, " %s", o->arg ? o->arg : "VALUE");
	buf_add_cstr(&right, o->help);
	if (o->standard)
		buf_addf(&right, " (default: %s)", o->standard);
	add_entry(out, buf_cstr(&left), buf_cstr(&right));
	buf_release(&left);
	buf_release(&right);
}

static void add_options(struct buf *out, const struct command *cmd)
{
	struct table t;

	table_init(&t, cmd, NULL, NULL);
	if (cmd && cmd->n_opts)
		buf_add_cstr(out, "\nOptions:\n");
	for (size_t i = 0; i < t.n; i++) {
		if (t.slots[i].common && (i == 0 || !t.slots[i - 1].common))
			buf_add_cstr(out, cmd ? "\nCommon options:\n" : "\nOptions:\n");
		add_option(out, t.slots[i].opt);
	}
	table_release(&t);
}

static void add_commands(struct buf *out, const struct program *p)
{
	buf_add_cstr(out, "\nCommands:\n");
	for (size_t i = 0; i < p->n_commands; i++) {
		struct buf left = BUF_INIT(1 << 12);

		buf_addf(&left, "  %s", p->commands[i].name);
		if (p->commands[i].operands && *p->commands[i].operands)
			buf_addf(&left, " %s", p->commands[i].operands);
		add_entry(out, buf_cstr(&left), p->commands[i].summary);
		buf_release(&left);
	}
	buf_addf(out, "\n'%s COMMAND --help' shows the options of a command.\n", p->name);
}

static void add_examples(struct buf *out, const struct program *p, const struct command *cmd)
{
	bool any = false;

	for (size_t i = 0; i < p->n_commands; i++) {
		const struct command *one = &p->commands[i];

		if ((cmd && cmd != one) || !one->examples)
			continue;
		if (!any)
			buf_add_cstr(out, "\nExamples:\n");
		any = true;
		buf_add_cstr(out, one->examples);
		if (out->len && out->data[out->len - 1] != '\n')
			buf_add_char(out, '\n');
	}
}

static void add_exit_codes(struct buf *out, const struct program *p, const struct command *cmd)
{
	unsigned common = cmd ? cmd->common : ~0u;

	buf_add_cstr(out, "\nExit status:\n   0  done, also when nothing was found\n");
	if (common & CLI_EXIT_STATUS)
		buf_add_cstr(out, "   1  with -e: something was found\n");
	if (common & CLI_FILTER)
		buf_add_cstr(out, "   3  done, but more records were rejected than --tolerate\n");
	buf_add_cstr(out, "  64  usage");
	if (common & CLI_FILTER)
		buf_add_cstr(out, "     65  bad data, stopped (--strict)");
	buf_add_cstr(out, "     66  an input was unreadable\n");
	buf_add_cstr(
		out,
		"  70  a bug      71  system, memory     73  cannot create     74  I/O, disk full\n");
	if (common & CLI_DB)
		buf_add_cstr(out, "  75  try again later: the store is locked\n");
	else if (common & CLI_STATE)
		buf_add_cstr(out, "  75  try again later: another run holds the state\n");
	buf_add_cstr(out, "  78  bad configuration     128+n  ended by signal n\n");
	if (p->exit_codes)
		buf_add_cstr(out, p->exit_codes);
	if (out->data[out->len - 1] != '\n')
		buf_add_char(out, '\n');
}

void help_text(const struct program *p, const struct command *cmd, struct buf *out)
{
	help_usage(p, cmd, out);
	add_wrapped(out, 0, 0, cmd && cmd->name ? cmd->summary : p->summary);
	if (!cmd)
		add_commands(out, p);
	add_options(out, cmd);
	add_examples(out, p, cmd);
	add_exit_codes(out, p, cmd);
	buf_addf(out, "\nManual: %s(1); what all commands share: aiops(7).\n", p->name);
}
