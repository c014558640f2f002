#include "cli/table.h"

#include <stdlib.h>

#include "base/mem.h"

static const char *const when_words[] = {"auto", "always", "never", NULL};
static const char *const completion_words[] = {"bash", "zsh", "fish", "options", NULL};

#define AT(member) offsetof(struct common_options, member)

static const struct {
	unsigned needs;
	struct opt opt;
} common_opts[] = {
	{0,
	 {'h', "help", OPT_FLAG, AT(help), NULL, NULL, "show this help and end",
	  .flags = OPT_ARGV_ONLY}},
	{0,
	 {'V', "version", OPT_FLAG, AT(version), NULL, NULL, "show the version and end",
	  .flags = OPT_ARGV_ONLY}},
	{0,
	 {'v', "verbose", OPT_COUNT, AT(verbose), NULL, NULL, "say more; twice: for debugging",
	  .max = 2}},
	{0, {'q', "quiet", OPT_FLAG, AT(quiet), NULL, NULL, "errors only on standard error"}},
	{CLI_EXIT_STATUS,
	 {'e', "exit-status", OPT_FLAG, AT(exit_status), NULL, NULL,
	  "end with 1 if something was found"}},
	{CLI_FILTER,
	 {'u', "unbuffered", OPT_FLAG, AT(unbuffered), NULL, NULL, "flush after every record"}},
	{0,
	 {'c', "config", OPT_FILE, AT(config), "FILE", NULL, "configuration file, see aiops(7)",
	  .flags = OPT_NOT_IN_FILE}},
	{CLI_FILTER,
	 {0, "strict", OPT_FLAG, AT(strict), NULL, NULL, "stop at the first rejected record (65)"}},
	{CLI_FILTER,
	 {0, "dead-letter", OPT_FILE, AT(dead_letter), "FILE", NULL,
	  "append rejected records to FILE"}},
	{CLI_FILTER,
	 {0, "max-record", OPT_SIZE, AT(max_record), "SIZE", "1M", "longest line that is accepted",
	  .min = 1024, .max = 1 << 30}},
	{CLI_FILTER,
	 {0, "tolerate", OPT_TEXT, AT(tolerate), "N", "0",
	  "rejected records (N or N%) that are no failure"}},
	{CLI_STATE,
	 {0, "state", OPT_FILE, AT(state), "FILE", NULL,
	  "remember in FILE what must outlive this run", .flags = OPT_OWN_PART}},
	{CLI_DB,
	 {0, "db", OPT_FILE, AT(db), "FILE", NULL,
	  "the store (${XDG_STATE_HOME:-~/.local/state}/aiops/aiops.db)"}},
	{CLI_FILTER,
	 {0, "stats", OPT_FLAG, AT(stats), NULL, NULL,
	  "print counts as JSON on standard error at the end"}},
	{CLI_FILTER,
	 {0, "progress", OPT_CHOICE, AT(progress), "WHEN", "auto",
	  "progress bar: auto, always, never", .choices = when_words}},
	{CLI_NOW,
	 {0, "now", OPT_TIME, AT(now), "TIME", NULL, "take TIME (RFC 3339) for the wall clock",
	  .flags = OPT_NOT_IN_FILE}},
	{0,
	 {0, "completion", OPT_TEXT, AT(completion), "SHELL", NULL,
	  "print completion for bash, zsh or fish; `options`: the table",
	  .choices = completion_words, .flags = OPT_ARGV_ONLY}},
};

const struct opt *common_opt(size_t i)
{
	return i < sizeof common_opts / sizeof *common_opts ? &common_opts[i].opt : NULL;
}

/* enum common_flags without which the i-th is refused, 0: it is always there. */
static unsigned common_opt_needs(size_t i)
{
	return common_opts[i].needs;
}

void table_init(struct table *t, const struct command *cmd, void *options,
		struct common_options *common)
{
	size_t own = cmd ? cmd->n_opts : 0, n = 0;

	t->slots =
		mem_array(NULL, own + sizeof common_opts / sizeof *common_opts, sizeof *t->slots);
	for (size_t i = 0; i < own; i++)
		t->slots[n++] = (struct slot){.opt = &cmd->opts[i], .base = options};
	for (size_t i = 0; common_opt(i); i++)
		if (!common_opt_needs(i) || (cmd && (cmd->common & common_opt_needs(i))))
			t->slots[n++] =
				(struct slot){.opt = common_opt(i), .base = common, .common = true};
	t->n = n;
}

void table_release(struct table *t)
{
	free(t->slots);
	*t = (struct table){0};
}

struct slot *table_find(const struct table *t, struct span name)
{
	for (size_t i = 0; i < t->n; i++)
		if (span_is(name, t->slots[i].opt->name))
			return &t->slots[i];
	return NULL;
}
