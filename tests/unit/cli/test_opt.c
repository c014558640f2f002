#include "cli/opt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct options {
	bool flag;
	const char *text;
	int64_t number, window_ms;
	size_t size;
	double real;
	int choice, count;
	struct opt_time time;
	struct opt_texts texts;
};

static const char *const words[] = {"one", "two", NULL};

#define AT(member) offsetof(struct options, member)
static const struct opt opts[] = {
	[OPT_FLAG] = {0, "flag", OPT_FLAG, AT(flag)},
	[OPT_TEXT] = {0, "text", OPT_TEXT, AT(text), "TEXT"},
	[OPT_FILE] = {0, "file", OPT_FILE, AT(text), "FILE"},
	[OPT_DIR] = {0, "dir", OPT_DIR, AT(text), "DIR"},
	[OPT_I64] = {0, "number", OPT_I64, AT(number), "N", .min = -2, .max = 9},
	[OPT_SIZE] = {0, "size", OPT_SIZE, AT(size), "SIZE", .min = 10, .max = 4096},
	[OPT_DURATION] = {0, "max-window", OPT_DURATION, AT(window_ms), "TIME", .min = 1000,
			  .max = 3600000},
	[OPT_DOUBLE] = {0, "real", OPT_DOUBLE, AT(real), "X"},
	[OPT_CHOICE] = {0, "choice", OPT_CHOICE, AT(choice), "WORD", .choices = words},
	[OPT_TIME] = {0, "time", OPT_TIME, AT(time), "TIME"},
	[OPT_TEXTS] = {0, "texts", OPT_TEXTS, AT(texts), "TEXT"},
	[OPT_COUNT] = {0, "count", OPT_COUNT, AT(count), .max = 2},
};

static struct owned owned;

static int assign(enum opt_kind kind, struct options *o, const char *text, struct err *e)
{
	err_clear(e);
	return opt_assign(&opts[kind], o, text, &owned, e);
}

static int teardown(void **state)
{
	(void)state;
	owned_release(&owned);
	return 0;
}

static void opt_assign_reads_each_kind(void **state)
{
	struct options o = {0};
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(assign(OPT_FLAG, &o, "true", &e), 0);
	assert_true(o.flag);
	assert_int_equal(assign(OPT_FLAG, &o, "false", &e), 0);
	assert_false(o.flag);
	assert_int_equal(assign(OPT_TEXT, &o, "", &e), 0);
	assert_string_equal(o.text, "");
	assert_int_equal(assign(OPT_FILE, &o, "a b", &e), 0);
	assert_string_equal(o.text, "a b");
	assert_int_equal(assign(OPT_I64, &o, "-2", &e), 0);
	assert_int_equal(o.number, -2);
	assert_int_equal(assign(OPT_SIZE, &o, "4K", &e), 0);
	assert_int_equal(o.size, 4096);
	assert_int_equal(assign(OPT_DURATION, &o, "1m30s", &e), 0);
	assert_int_equal(o.window_ms, 90000);
	assert_int_equal(assign(OPT_DOUBLE, &o, "0.25", &e), 0);
	assert_true(o.real > 0.249 && o.real < 0.251);
	assert_int_equal(assign(OPT_CHOICE, &o, "two", &e), 0);
	assert_int_equal(o.choice, 1);
	assert_int_equal(assign(OPT_COUNT, &o, "2", &e), 0);
	assert_int_equal(o.count, 2);
}

static void opt_assign_reads_times_to_the_nanosecond(void **state)
{
	struct options o = {0};
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(assign(OPT_TIME, &o, "1970-01-01T00:00:01.5Z", &e), 0);
	assert_true(o.time.given);
	assert_int_equal(o.time.at.ns, 1500000000);
}

static void opt_assign_refuses_and_leaves_the_field(void **state)
{
	static const struct {
		enum opt_kind kind;
		const char *text;
	} bad[] = {
		{OPT_FLAG, "yes"},      {OPT_FLAG, ""},          {OPT_FILE, ""},
		{OPT_DIR, ""},          {OPT_I64, "10"},         {OPT_I64, "-3"},
		{OPT_I64, "1x"},        {OPT_I64, ""},           {OPT_SIZE, "9"},
		{OPT_SIZE, "1M"},       {OPT_SIZE, "-1"},        {OPT_SIZE, "1X"},
		{OPT_DURATION, "5"},    {OPT_DURATION, "999ms"}, {OPT_DURATION, "2h"},
		{OPT_DURATION, "soon"}, {OPT_DOUBLE, "nan"},     {OPT_DOUBLE, "1e999"},
		{OPT_DOUBLE, "0x1p3"},  {OPT_CHOICE, "three"},   {OPT_CHOICE, "on"},
		{OPT_CHOICE, ""},       {OPT_TIME, "now"},       {OPT_TIME, "2026-01-01"},
		{OPT_COUNT, "3"},       {OPT_COUNT, "-1"},
	};
	struct options o = {.number = 5, .size = 77, .window_ms = 88, .choice = 1, .count = 1},
		       before = o;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct err e = ERR_INIT;

		if (assign(bad[i].kind, &o, bad[i].text, &e) != -1)
			fail_msg("%s accepted '%s'", opts[bad[i].kind].name, bad[i].text);
		assert_int_equal(e.code, EX_BADUSAGE);
		assert_true(e.text[0]);
		assert_memory_equal(&o, &before, sizeof o);
	}
}

static void opt_assign_names_the_choices(void **state)
{
	struct options o = {0};
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(assign(OPT_CHOICE, &o, "three", &e), -1);
	assert_string_equal(e.text, "'three' is not one of one, two");
}

static void opt_texts_keep_their_order_over_growth(void **state)
{
	static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i"};
	struct options o = {0};
	struct err e = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++)
		assert_int_equal(assign(OPT_TEXTS, &o, names[i], &e), 0);
	assert_int_equal(o.texts.n, COUNT(names));
	for (size_t i = 0; i < COUNT(names); i++)
		assert_string_equal(o.texts.items[i], names[i]);
}

static void opt_texts_of_the_environment_replace_and_split(void **state)
{
	struct options o = {0};
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(assign(OPT_TEXTS, &o, "old", &e), 0);
	assert_int_equal(opt_assign_env(&opts[OPT_TEXTS], &o, "x,y z,", &owned, &e), 0);
	assert_int_equal(o.texts.n, 3);
	assert_string_equal(o.texts.items[0], "x");
	assert_string_equal(o.texts.items[1], "y z");
	assert_string_equal(o.texts.items[2], "");
}

static void opt_count_up_stops_at_its_maximum(void **state)
{
	struct options o = {0};

	(void)state;
	for (int i = 0; i < 5; i++)
		opt_count_up(&opts[OPT_COUNT], &o);
	assert_int_equal(o.count, 2);
}

static void opt_names_in_file_and_environment(void **state)
{
	struct buf name = BUF_INIT(256);

	(void)state;
	opt_add_config_key(&opts[OPT_DURATION], &name);
	assert_string_equal(buf_cstr(&name), "max_window");
	buf_clear(&name);
	opt_add_variable(&opts[OPT_DURATION], NULL, &name);
	assert_string_equal(buf_cstr(&name), "AIOPS_MAX_WINDOW");
	buf_clear(&name);
	opt_add_variable(&opts[OPT_DURATION], "drift", &name);
	assert_string_equal(buf_cstr(&name), "AIOPS_DRIFT_MAX_WINDOW");
	buf_release(&name);
}

static void opt_flags_say_where_it_may_stand(void **state)
{
	const struct opt argv = {.flags = OPT_ARGV_ONLY}, env = {.flags = OPT_NOT_IN_FILE},
			 all = {0};

	(void)state;
	assert_false(opt_in_environment(&argv));
	assert_false(opt_in_config(&argv));
	assert_true(opt_in_environment(&env));
	assert_false(opt_in_config(&env));
	assert_true(opt_in_environment(&all));
	assert_true(opt_in_config(&all));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opt_assign_reads_each_kind),
		cmocka_unit_test(opt_assign_reads_times_to_the_nanosecond),
		cmocka_unit_test(opt_assign_refuses_and_leaves_the_field),
		cmocka_unit_test(opt_assign_names_the_choices),
		cmocka_unit_test(opt_texts_keep_their_order_over_growth),
		cmocka_unit_test(opt_texts_of_the_environment_replace_and_split),
		cmocka_unit_test(opt_count_up_stops_at_its_maximum),
		cmocka_unit_test(opt_names_in_file_and_environment),
		cmocka_unit_test(opt_flags_say_where_it_may_stand),
	};

	return cmocka_run_group_tests_name("cli/opt", tests, NULL, teardown);
}
