/* Configuration file and priorities together: settings.c over config.c. */
#include "cli/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

struct options {
	bool flag;
	int64_t number, other;
	struct opt_texts tags;
};

#define AT(member) offsetof(struct options, member)
static const struct opt opts[] = {
	{0, "flag", OPT_FLAG, AT(flag)},
	{0, "max-number", OPT_I64, AT(number), "N", "1", .min = 0, .max = 99},
	{0, "tag", OPT_TEXTS, AT(tags), "TAG"},
	{0, "once", OPT_I64, AT(other), "N", .flags = OPT_ARGV_ONLY},
};
static const struct opt other_opts[] = {{0, "depth", OPT_I64, AT(other), "N", "3"}};
static const struct command commands[] = {
	{.name = "one",
	 .opts = opts,
	 .n_opts = 4,
	 .options_size = sizeof(struct options),
	 .common = CLI_FILTER},
	{.name = "two", .opts = other_opts, .n_opts = 1, .options_size = sizeof(struct options)},
};
static const char *const sections[] = {"extras", NULL};
static const struct program program = {
	.name = "aiops-probe", .commands = commands, .n_commands = 2, .config_sections = sections};

struct fixture {
	char path[64];
	struct options o;
	struct common_options common;
	struct table t;
	struct config cf;
	struct owned owned;
	struct err e;
};

static int setup(void **state)
{
	struct fixture *x = calloc(1, sizeof *x);
	int fd;

	(void)snprintf(x->path, sizeof x->path, "/tmp/aiops-settings.XXXXXX");
	fd = mkstemp(x->path);
	assert_true(fd >= 0);
	close(fd);
	table_init(&x->t, &commands[0], &x->o, &x->common);
	*state = x;
	return 0;
}

static int teardown(void **state)
{
	static const char *const variables[] = {"AIOPS_MAX_NUMBER", "AIOPS_PROBE_MAX_NUMBER",
						"AIOPS_TAG",        "AIOPS_ONCE",
						"AIOPS_VERBOSE",    "AIOPS_FLAG"};
	struct fixture *x = *state;

	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
		unsetenv(variables[i]);
	unlink(x->path);
	table_release(&x->t);
	config_release(&x->cf);
	owned_release(&x->owned);
	free(x);
	return 0;
}

/* Runs the whole way with a configuration text and argv words. */
static int apply(struct fixture *x, const char *yaml, int argc, char **argv)
{
	struct argv_values v = {0};
	int rc;

	assert_int_equal(file_write_atomic(x->path, span_cstr(yaml), 0600, &x->e), 0);
	assert_int_equal(argv_split(&x->t, argc, argv, &v, &x->e), 0);
	rc = config_open(&x->cf, &program, x->path, &x->e);
	if (rc == 0)
		rc = settings_apply(&x->t, &program, &x->cf, &v, &x->owned, &x->e);
	if (rc == 0)
		rc = settings_check_others(&x->t, &program, &x->cf, &x->e);
	argv_release(&v);
	return rc;
}

static char *no_words[] = {(char[]){"probe"}, NULL};

static void settings_fall_back_to_defaults(void **state)
{
	struct fixture *x = *state;

	assert_int_equal(apply(x, "", 1, no_words), 0);
	assert_int_equal(x->o.number, 1);
	assert_int_equal(x->o.tags.n, 0);
	assert_int_equal(x->common.max_record, 1 << 20);
	assert_string_equal(x->common.tolerate, "0");
}

static void settings_rank_common_below_own_below_environment_below_argv(void **state)
{
	static const char common[] = "common:\n  max_record: 2M\n";
	static const char own[] =
		"common:\n  max_record: 2M\nprobe:\n  max_record: 3M\n  max_number: 3\n";
	char *words[] = {(char[]){"probe"}, (char[]){"--max-number=6"}, (char[]){"--max-record"},
			 (char[]){"6M"}, NULL};
	struct fixture *x = *state;

	assert_int_equal(apply(x, common, 1, no_words), 0);
	assert_int_equal(x->common.max_record, 2 << 20);
	config_release(&x->cf);
	assert_int_equal(apply(x, own, 1, no_words), 0);
	assert_int_equal(x->common.max_record, 3 << 20);
	assert_int_equal(x->o.number, 3);
	config_release(&x->cf);
	setenv("AIOPS_MAX_NUMBER", "4", 1);
	assert_int_equal(apply(x, own, 1, no_words), 0);
	assert_int_equal(x->o.number, 4);
	config_release(&x->cf);
	setenv("AIOPS_PROBE_MAX_NUMBER", "5", 1);
	assert_int_equal(apply(x, own, 1, no_words), 0);
	assert_int_equal(x->o.number, 5);
	config_release(&x->cf);
	assert_int_equal(apply(x, own, 4, words), 0);
	assert_int_equal(x->o.number, 6);
	assert_int_equal(x->common.max_record, 6 << 20);
}

static void settings_replace_lists_and_do_not_add_to_them(void **state)
{
	char *words[] = {(char[]){"probe"}, (char[]){"--tag=x"}, (char[]){"--tag=y"}, NULL};
	struct fixture *x = *state;

	assert_int_equal(apply(x, "probe:\n  tag: [a, b, c]\n", 1, no_words), 0);
	assert_int_equal(x->o.tags.n, 3);
	config_release(&x->cf);
	assert_int_equal(apply(x, "probe:\n  tag: one, word\n", 1, no_words), 0);
	assert_int_equal(x->o.tags.n, 1);
	config_release(&x->cf);
	setenv("AIOPS_TAG", "p,q", 1);
	assert_int_equal(apply(x, "probe:\n  tag: [a, b, c]\n", 1, no_words), 0);
	assert_int_equal(x->o.tags.n, 2);
	config_release(&x->cf);
	assert_int_equal(apply(x, "probe:\n  tag: [a, b, c]\n", 3, words), 0);
	assert_int_equal(x->o.tags.n, 2);
	assert_string_equal(x->o.tags.items[1], "y");
}

static void settings_count_of_argv_replaces_that_of_the_file(void **state)
{
	char *words[] = {(char[]){"probe"}, (char[]){"-v"}, NULL};
	struct fixture *x = *state;

	assert_int_equal(apply(x, "common:\n  verbose: 2\n", 1, no_words), 0);
	assert_int_equal(x->common.verbose, 2);
	config_release(&x->cf);
	assert_int_equal(apply(x, "common:\n  verbose: 2\n", 2, words), 0);
	assert_int_equal(x->common.verbose, 1);
}

static void settings_ignore_variables_of_one_call_options_and_empty_ones(void **state)
{
	struct fixture *x = *state;

	setenv("AIOPS_ONCE", "9", 1);
	setenv("AIOPS_MAX_NUMBER", "", 1);
	assert_int_equal(apply(x, "", 1, no_words), 0);
	assert_int_equal(x->o.other, 0);
	assert_int_equal(x->o.number, 1);
}

static void settings_refuse_a_bad_variable_by_name(void **state)
{
	struct fixture *x = *state;

	setenv("AIOPS_MAX_NUMBER", "many", 1);
	assert_int_equal(apply(x, "", 1, no_words), -1);
	assert_int_equal(x->e.code, EX_BADUSAGE);
	assert_string_equal(x->e.text, "AIOPS_MAX_NUMBER: 'many' is not a whole number");
}

static void config_refuses_with_position(void **state)
{
	static const struct {
		const char *yaml, *text;
		size_t line, col;
	} cases[] = {
		{"prboe:\n", "unknown key 'prboe' (did you mean 'probe'?)", 1, 1},
		{"probe:\n  max_numbr: 1\n", "unknown key 'max_numbr' (did you mean 'max_number'?)",
		 2, 3},
		{"probe:\n  max-number: 1\n",
		 "unknown key 'max-number' (did you mean 'max_number'?)", 2, 3},
		{"probe:\n  once: 1\n", "unknown key 'once'", 2, 3},
		{"probe:\n  config: x\n", "unknown key 'config'", 2, 3},
		{"common:\n  state: s\n", "unknown key 'state' (did you mean 'stats'?)", 2, 3},
		{"common:\n  tag: a\n", "unknown key 'tag'", 2, 3},
		{"probe:\n  max_number: many\n", "max_number: 'many' is not a whole number", 2, 15},
		{"probe:\n  max_number: 100\n", "max_number: 100 is out of range (0 to 99)", 2, 15},
		{"probe:\n  max_number:\n", "max_number: no value", 2, 3},
		{"probe:\n  max_number: [1]\n", "max_number: expected a single value, found a list",
		 2, 15},
		{"probe:\n  flag: \"true\"\n", "flag: expected true or false, found 'true'", 2, 9},
		{"probe:\n  flag: yes\n", "flag: expected true or false, found 'yes'", 2, 9},
		{"probe:\n  tag: [a, [b]]\n", "tag: expected a single value, found a list", 2, 12},
		{"probe:\n  depth: deep\n", "depth: 'deep' is not a whole number", 2, 10},
		{"probe:\n  db: []\n", "db: expected a single value, found a list", 2, 7},
		{"common: 3\n", "expected a map (key: value), found a single value", 1, 9},
		{"- a\n", "expected a map (key: value), found a list", 1, 1},
		{"probe:\n  flag: true\n  flag: true\n", "duplicate key 'flag'", 3, 3},
	};
	struct fixture *x = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		if (apply(x, cases[i].yaml, 1, no_words) != -1)
			fail_msg("accepted: %s", cases[i].yaml);
		if (strcmp(x->e.text, cases[i].text) != 0)
			fail_msg("%s: \"%s\"", cases[i].yaml, x->e.text);
		assert_int_equal(x->e.code, EX_BADCONFIG);
		if (x->e.line != cases[i].line || x->e.col != cases[i].col)
			fail_msg("%s: position %zu:%zu", cases[i].yaml, x->e.line, x->e.col);
		err_clear(&x->e);
		config_release(&x->cf);
	}
}

static void config_accepts_the_parts_of_others(void **state)
{
	static const char yaml[] = "common:\n  db: /x\n  authority: approved\n"
				   "drift:\n  window: 5m\n"
				   "correlate: {}\n"
				   "extras:\n  anything: [1]\n"
				   "probe:\n  depth: 4\n  state: s\n";
	struct fixture *x = *state;

	assert_int_equal(apply(x, yaml, 1, no_words), 0);
	config_release(&x->cf);
	assert_int_equal(apply(x, "probe:\ncommon:\n", 1, no_words), 0);
}

static void config_named_but_missing_is_unreadable(void **state)
{
	struct fixture *x = *state;

	assert_int_equal(config_open(&x->cf, &program, "/nonexistent/config.yaml", &x->e), -1);
	assert_int_equal(x->e.code, EX_UNREADABLE);
}

static void config_default_place_may_be_missing(void **state)
{
	struct fixture *x = *state;

	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
	assert_int_equal(config_open(&x->cf, &program, NULL, &x->e), 0);
	assert_null(x->cf.doc);
	unsetenv("XDG_CONFIG_HOME");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(settings_fall_back_to_defaults),
		CASE(settings_rank_common_below_own_below_environment_below_argv),
		CASE(settings_replace_lists_and_do_not_add_to_them),
		CASE(settings_count_of_argv_replaces_that_of_the_file),
		CASE(settings_ignore_variables_of_one_call_options_and_empty_ones),
		CASE(settings_refuse_a_bad_variable_by_name),
		CASE(config_refuses_with_position),
		CASE(config_accepts_the_parts_of_others),
		CASE(config_named_but_missing_is_unreadable),
		CASE(config_default_place_may_be_missing),
	};

	return cmocka_run_group_tests_name("cli/settings", tests, NULL, NULL);
}
