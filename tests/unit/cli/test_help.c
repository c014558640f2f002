/* Help and completion, both printed from the same table. */
#include "cli/help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "cli/completion.h"

struct options {
	const char *file, *dir, *gap;
	int level;
	struct opt_texts tags;
};

static const char *const levels[] = {"low", "high", NULL};

#define AT(member) offsetof(struct options, member)
static const struct opt opts[] = {
	{'f', "file", OPT_FILE, AT(file), "FILE", NULL, "it's a [file]: the one"},
	{0, "dir", OPT_DIR, AT(dir), "DIR", NULL, "a folder"},
	{'l', "level", OPT_CHOICE, AT(level), "LEVEL", "low", "how much", .choices = levels},
	{0, "a-long-name-for-the-column", OPT_TEXT, AT(gap), "PLACEHOLDER", NULL,
	 "words that go on and on until they have to be continued on the next line of the help text"},
	{'t', "tag", OPT_TEXTS, AT(tags), "TAG", NULL, "again and again", .flags = OPT_ARGV_ONLY},
};
static const struct command commands[] = {
	{.name = "first",
	 .operands = "[file ...]",
	 .summary = "does the first",
	 .opts = opts,
	 .n_opts = 5,
	 .options_size = sizeof(struct options),
	 .common = CLI_FILTER | CLI_EXIT_STATUS,
	 .examples = "  aiops-probe first x\n"},
	{.name = "second", .summary = "does the second"},
};
static const struct program many = {.name = "aiops-probe",
				    .summary = "probes",
				    .commands = commands,
				    .n_commands = 2,
				    .exit_codes = "  10  its own\n"};
static const struct command only = {.operands = "[file ...]",
				    .opts = opts,
				    .n_opts = 5,
				    .options_size = sizeof(struct options)};
static const struct program one = {
	.name = "aiops-one", .summary = "is one", .commands = &only, .n_commands = 1};

static void has(struct buf *text, const char *part)
{
	if (!strstr(buf_cstr(text), part))
		fail_msg("lacks \"%s\" in:\n%s", part, buf_cstr(text));
}

static void has_not(struct buf *text, const char *part)
{
	if (strstr(buf_cstr(text), part))
		fail_msg("has \"%s\" in:\n%s", part, buf_cstr(text));
}

static void help_text_of_a_command_holds_its_table(void **state)
{
	struct buf t = BUF_INIT(1 << 20);

	(void)state;
	help_text(&many, &commands[0], &t);
	has(&t, "usage: aiops-probe first [option ...] [file ...]\ndoes the first\n");
	has(&t, "\n  -f, --file FILE             it's a [file]: the one\n");
	has(&t, "\n  -l, --level LEVEL           how much (default: low)\n");
	has(&t,
	    "\n      --a-long-name-for-the-column PLACEHOLDER\n                              words that go on");
	has(&t, "\nExamples:\n  aiops-probe first x\n");
	has(&t, "\n   1  with -e");
	has(&t, "\n  10  its own\n");
	has_not(&t, "--state");
	buf_release(&t);
}

static void help_text_wraps_at_100_columns(void **state)
{
	struct buf t = BUF_INIT(1 << 20);
	size_t column = 0;

	(void)state;
	help_text(&many, &commands[0], &t);
	for (size_t i = 0; i < t.len; i++) {
		column = t.data[i] == '\n' ? 0 : column + 1;
		assert_true(column <= 100);
	}
	buf_release(&t);
}

static void help_text_of_a_programme_lists_commands(void **state)
{
	struct buf t = BUF_INIT(1 << 20);

	(void)state;
	help_text(&many, NULL, &t);
	has(&t, "usage: aiops-probe COMMAND [option ...]\nprobes\n");
	has(&t, "\n  first [file ...]            does the first\n");
	has(&t, "\n  second                      does the second\n");
	has_not(&t, "--file");
	buf_clear(&t);
	help_text(&one, &only, &t);
	has(&t, "usage: aiops-one [option ...] [file ...]\nis one\n");
	buf_release(&t);
}

static void completion_write_quotes_for_each_shell(void **state)
{
	struct buf t = BUF_INIT(1 << 20);
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(completion_write(&many, "bash", &t, &e), 0);
	has(&t,
	    "first:--level | first:-l) mapfile -t COMPREPLY < <(compgen -W 'low high' -- \"$cur\"); return ;;");
	has(&t, "complete -o default -o bashdefault -F _aiops_probe aiops-probe\n");
	buf_clear(&t);
	assert_int_equal(completion_write(&many, "zsh", &t, &e), 0);
	has(&t, "#compdef aiops-probe\n");
	has(&t, "'--file=[it'\\''s a \\[file\\]\\: the one]:FILE:_files'");
	has(&t, "'-f+[it'\\''s a \\[file\\]\\: the one]:FILE:_files'");
	has(&t, "'*--tag=[again and again]:TAG:'");
	has(&t, "'*-t+[again and again]:TAG:'");
	has(&t, "'first:does the first'");
	buf_clear(&t);
	assert_int_equal(completion_write(&many, "fish", &t, &e), 0);
	has(&t,
	    "complete -c aiops-probe -n '__fish_seen_subcommand_from first' -l level -s l -x -a 'low high' -d 'how much'\n");
	has(&t, "-l file -s f -r -F -d 'it'\\''s a [file]: the one'\n");
	buf_clear(&t);
	assert_int_equal(completion_write(&one, "fish", &t, &e), 0);
	has(&t,
	    "complete -c aiops-one -l dir -x -a '(__fish_complete_directories)' -d 'a folder'\n");
	buf_release(&t);
}

static void completion_write_lists_the_table(void **state)
{
	struct buf t = BUF_INIT(1 << 20);
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(completion_write(&many, "options", &t, &e), 0);
	has(&t, "first\tlevel\tl\tchoice\tlow\tfile\town\tLEVEL\thow much\n");
	has(&t, "first\ttag\tt\ttexts\t-\targv\town\tTAG\tagain and again\n");
	has(&t, "first\tmax-record\t-\tsize\t1M\tfile\tcommon\tSIZE\tlongest");
	has(&t, "second\tconfig\tc\tfile\t-\tenv\tcommon\tFILE\t");
	has_not(&t, "second\tmax-record");
	buf_release(&t);
}

static void completion_write_refuses_other_shells(void **state)
{
	struct buf t = BUF_INIT(1 << 20);
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(completion_write(&one, "csh", &t, &e), -1);
	assert_int_equal(e.code, EX_BADUSAGE);
	assert_int_equal(t.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(help_text_of_a_command_holds_its_table),
		cmocka_unit_test(help_text_wraps_at_100_columns),
		cmocka_unit_test(help_text_of_a_programme_lists_commands),
		cmocka_unit_test(completion_write_quotes_for_each_shell),
		cmocka_unit_test(completion_write_lists_the_table),
		cmocka_unit_test(completion_write_refuses_other_shells),
	};

	return cmocka_run_group_tests_name("cli/help", tests, NULL, NULL);
}
