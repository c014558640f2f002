#include "cli/argv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct options {
	bool flag;
	const char *window, *warmup;
};

#define AT(member) offsetof(struct options, member)
static const struct opt opts[] = {
	{'f', "flag", OPT_FLAG, AT(flag)},
	{'w', "window", OPT_TEXT, AT(window), "GAP"},
	{0, "warmup", OPT_TEXT, AT(warmup), "GAP"},
};
static const struct command cmd = {
	.opts = opts, .n_opts = 3, .options_size = sizeof(struct options), .common = CLI_FILTER};

/* Splits a command line of words separated by spaces; the words live in *line. */
static int split(const char *text, char **line, struct argv_values *v, struct err *e)
{
	char *argv[32] = {"prog"};
	struct table t;
	int argc = 1, rc;

	*line = mem_dupz(text);
	for (char *p = *line; *p && argc < 31;) {
		size_t n = strcspn(p, " ");

		argv[argc++] = p;
		p += n;
		if (*p)
			*p++ = '\0';
	}
	table_init(&t, &cmd, NULL, NULL);
	rc = argv_split(&t, argc, argv, v, e);
	table_release(&t);
	return rc;
}

static void refused(const char *text, const char *message)
{
	struct argv_values v = {0};
	struct err e = ERR_INIT;
	char *line;

	assert_int_equal(split(text, &line, &v, &e), -1);
	assert_int_equal(e.code, EX_BADUSAGE);
	assert_string_equal(e.text, message);
	argv_release(&v);
	free(line);
}

/* The options found, as "slot=text " each, then the operands behind "|". */
static void accepted(const char *text, const char *want)
{
	struct argv_values v = {0};
	struct buf found = BUF_INIT(4096);
	struct err e = ERR_INIT;
	char *line;

	if (split(text, &line, &v, &e) != 0)
		fail_msg("refused '%s': %s", text, e.text);
	for (size_t i = 0; i < v.n; i++)
		buf_addf(&found, "%zu%s%s ", v.items[i].slot, v.items[i].text ? "=" : "",
			 v.items[i].text ? v.items[i].text : "");
	buf_add_char(&found, '|');
	for (size_t i = 0; i < v.n_operands; i++)
		buf_addf(&found, " %s", v.operands[i]);
	assert_string_equal(buf_cstr(&found), want);
	assert_null(v.operands[v.n_operands]);
	buf_release(&found);
	argv_release(&v);
	free(line);
}

static void argv_split_takes_short_and_long_forms(void **state)
{
	(void)state;
	accepted("--flag --window 5m", "0 1=5m |");
	accepted("--window=5m -f", "1=5m 0 |");
	accepted("-w5m -fw 6m", "1=5m 0 1=6m |");
	accepted("--window=", "1= |");
	accepted("--window= x", "1= | x");
}

static void argv_split_keeps_the_order_of_operands(void **state)
{
	(void)state;
	accepted("a -f b - c", "0 | a b - c");
	accepted("a -- -f --window", "| a -f --window");
	accepted("-- --", "| --");
	accepted("", "|");
}

static void argv_split_gives_arguments_that_look_like_options(void **state)
{
	(void)state;
	accepted("--window --flag", "1=--flag |");
	accepted("-w -- x", "1=-- | x");
	accepted("--window=--wind x", "1=--wind | x");
}

static void argv_split_refuses_abbreviations(void **state)
{
	(void)state;
	refused("--wind 5m", "unknown option '--wind' (did you mean '--window'?)");
	refused("--win=5m", "unknown option '--win' (did you mean '--window'?)");
	refused("--wi", "unknown option '--wi' (did you mean '--window'?)");
	refused("--fla", "unknown option '--fla' (did you mean '--flag'?)");
	refused("--fla=x", "unknown option '--fla' (did you mean '--flag'?)");
	refused("x --strict --fl y", "unknown option '--fl' (did you mean '--flag'?)");
}

static void argv_split_refuses_what_it_does_not_know(void **state)
{
	(void)state;
	refused("--windwo 3", "unknown option '--windwo' (did you mean '--window'?)");
	refused("--frobnicate=3", "unknown option '--frobnicate'");
	refused("--w", "unknown option '--w'");
	refused("-x", "unknown option '-x'");
	refused("-fx", "unknown option '-x'");
	refused("-W window", "unknown option '-W'");
}

static void argv_split_refuses_missing_and_superfluous_arguments(void **state)
{
	(void)state;
	refused("--window", "option '--window' needs an argument");
	refused("-f -w", "option '-w' needs an argument");
	refused("--flag=yes", "option '--flag' takes no argument");
}

static void argv_split_refuses_common_options_without_a_meaning(void **state)
{
	(void)state;
	accepted("--strict --tolerate 3", "9 12=3 |");
	refused("--state x", "unknown option '--state' (did you mean '--stats'?)");
	refused("--db x", "unknown option '--db'");
	refused("-e", "unknown option '-e'");
}

static void argv_split_can_be_called_again(void **state)
{
	(void)state;
	accepted("-ff a", "0 0 | a");
	refused("-fx", "unknown option '-x'");
	accepted("-w 1 b", "1=1 | b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(argv_split_takes_short_and_long_forms),
		cmocka_unit_test(argv_split_keeps_the_order_of_operands),
		cmocka_unit_test(argv_split_gives_arguments_that_look_like_options),
		cmocka_unit_test(argv_split_refuses_abbreviations),
		cmocka_unit_test(argv_split_refuses_what_it_does_not_know),
		cmocka_unit_test(argv_split_refuses_missing_and_superfluous_arguments),
		cmocka_unit_test(argv_split_refuses_common_options_without_a_meaning),
		cmocka_unit_test(argv_split_can_be_called_again),
	};

	return cmocka_run_group_tests_name("cli/argv", tests, NULL, NULL);
}
