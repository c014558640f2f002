#include "cli/rejects.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/context.h"

static const struct program program = {.name = "aiops-probe"};

struct fixture {
	struct cli c;
	char path[64];
	struct err e;
};

static int setup(void **state)
{
	struct fixture *x = calloc(1, sizeof *x);
	int fd;

	(void)snprintf(x->path, sizeof x->path, "/tmp/aiops-rejects.XXXXXX");
	fd = mkstemp(x->path);
	assert_true(fd >= 0);
	close(fd);
	x->c.program = &program;
	x->c.common.quiet = true; /* warnings are the contract test's business */
	*state = x;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *x = *state;

	unlink(x->path);
	free(x);
	return 0;
}

static void tolerance_parse_takes_numbers_and_percents(void **state)
{
	struct tolerance t;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(tolerance_parse("0", &t, &e), 0);
	assert_false(tolerance_exceeded(&t, 10, 0));
	assert_true(tolerance_exceeded(&t, 10, 1));
	assert_int_equal(tolerance_parse("2", &t, &e), 0);
	assert_false(tolerance_exceeded(&t, 0, 2));
	assert_true(tolerance_exceeded(&t, 1000000, 3));
	assert_int_equal(tolerance_parse("10%", &t, &e), 0);
	assert_false(tolerance_exceeded(&t, 90, 10));
	assert_true(tolerance_exceeded(&t, 90, 11));
	assert_false(tolerance_exceeded(&t, 0, 0));
	assert_int_equal(tolerance_parse("0.5%", &t, &e), 0);
	assert_false(tolerance_exceeded(&t, 995, 5));
	assert_true(tolerance_exceeded(&t, 994, 6));
	assert_int_equal(tolerance_parse("0%", &t, &e), 0);
	assert_true(tolerance_exceeded(&t, 1000000, 1));
	assert_int_equal(tolerance_parse("100%", &t, &e), 0);
	assert_false(tolerance_exceeded(&t, 0, 5));
}

static void tolerance_parse_refuses_the_rest(void **state)
{
	static const char *const bad[] = {"",    "%",   "-1",  "-1%", "101%",
					  "1.5", "1 %", "all", "1%%", "nan%"};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct tolerance t;
		struct err e = ERR_INIT;

		if (tolerance_parse(bad[i], &t, &e) != -1)
			fail_msg("accepted '%s'", bad[i]);
		assert_int_equal(e.code, EX_BADUSAGE);
		assert_memory_equal(e.text, "--tolerate: ", 12);
	}
}

static struct rejects *open_rejects(struct fixture *x)
{
	struct rejects *j;

	x->c.common.dead_letter = x->path;
	x->c.common.tolerate = "1";
	j = rejects_open(&x->c, &x->e);
	assert_non_null(j);
	return j;
}

static void expect_file(struct fixture *x, const char *want)
{
	struct buf text = BUF_INIT(1 << 20);

	assert_int_equal(file_read(x->path, &text, &x->e), 0);
	assert_string_equal(buf_cstr(&text), want);
	buf_release(&text);
}

static void rejects_write_text_raw_and_bytes_in_base64(void **state)
{
	struct fixture *x = *state;
	struct rejects *j = open_rejects(x);

	assert_int_equal(rejects_add(j, "stdin", 1, "syntax", "no \"end\"", SPAN("{\"a\\"), &x->e),
			 0);
	assert_int_equal(rejects_add(j, "f", 20, "utf8", "bad", SPAN("\xff{"), &x->e), 0);
	assert_int_equal(rejects_add(j, "f", 21, "nul", "nul", span_of("a\0b", 3), &x->e), 0);
	assert_int_equal(rejects_close(j, 100), EX_REJECTS);
	expect_file(
		x,
		"{\"kind\":\"dead_letter\",\"tool\":\"aiops-probe\",\"source\":\"stdin\",\"line\":1,\"code\":"
		"\"syntax\",\"message\":\"no \\\"end\\\"\",\"raw\":\"{\\\"a\\\\\"}\n"
		"{\"kind\":\"dead_letter\",\"tool\":\"aiops-probe\",\"source\":\"f\",\"line\":20,\"code\":"
		"\"utf8\",\"message\":\"bad\",\"raw_b64\":\"/3s=\"}\n"
		"{\"kind\":\"dead_letter\",\"tool\":\"aiops-probe\",\"source\":\"f\",\"line\":21,\"code\":"
		"\"nul\",\"message\":\"nul\",\"raw\":\"a\\u0000b\"}\n");
}

static void rejects_append_to_what_is_there(void **state)
{
	struct fixture *x = *state;
	struct rejects *j;

	assert_int_equal(file_write_atomic(x->path, SPAN("old\n"), 0600, &x->e), 0);
	j = open_rejects(x);
	assert_int_equal(rejects_add(j, "s", 1, "c", "m", SPAN("x"), &x->e), 0);
	assert_int_equal(rejects_close(j, 0), EX_DONE);
	expect_file(
		x,
		"old\n{\"kind\":\"dead_letter\",\"tool\":\"aiops-probe\",\"source\":\"s\",\"line\":1,"
		"\"code\":\"c\",\"message\":\"m\",\"raw\":\"x\"}\n");
}

static void rejects_keep_the_beginning_of_a_long_line(void **state)
{
	struct fixture *x = *state;
	struct rejects *j = open_rejects(x);
	struct buf line = BUF_INIT(1 << 16), text = BUF_INIT(1 << 20);

	for (int i = 0; i < 3000; i++)
		buf_add_cstr(&line, "\xC3\xA4"); /* 4096 is inside no character, 4095 would be */
	assert_int_equal(rejects_add(j, "s", 1, "too_long", "m",
				     span_of(line.data + 1, line.len - 1), &x->e),
			 0);
	assert_int_equal(rejects_add(j, "s", 2, "too_long", "m", buf_span(&line), &x->e), 0);
	(void)rejects_close(j, 0);
	assert_int_equal(file_read(x->path, &text, &x->e), 0);
	assert_non_null(strstr(buf_cstr(&text), "\"raw_b64\":\"pMOk"));
	assert_non_null(strstr(buf_cstr(&text), "\xC3\xA4\",\"raw_cut\":true}\n"));
	assert_true(text.len < 4096 * 2 + 2000);
	buf_release(&line);
	buf_release(&text);
}

static void rejects_stop_when_the_dead_letter_cannot_be_written(void **state)
{
	struct fixture *x = *state;
	struct rejects *j;

	x->c.common.dead_letter = "/dev/full";
	j = rejects_open(&x->c, &x->e);
	assert_non_null(j);
	assert_int_equal(rejects_add(j, "s", 1, "c", "m", SPAN("x"), &x->e), -1);
	assert_int_equal(x->e.code, EX_IO);
	assert_non_null(strstr(x->e.text, "/dev/full"));
	(void)rejects_close(j, 0);
	err_clear(&x->e);
	x->c.common.dead_letter = "/nonexistent/dead";
	assert_null(rejects_open(&x->c, &x->e));
	assert_int_equal(x->e.code, EX_CANNOTCREATE);
}

static void rejects_strict_stops_with_bad_data(void **state)
{
	struct fixture *x = *state;
	struct rejects *j = open_rejects(x);

	x->c.common.strict = true;
	assert_int_equal(rejects_add(j, "stdin", 7, "syntax", "broken", SPAN("x"), &x->e), -1);
	assert_int_equal(x->e.code, EX_BADDATA);
	assert_string_equal(x->e.text, "stdin:7: rejected (syntax): broken");
	(void)rejects_close(j, 0);
}

static void rejects_count_by_code(void **state)
{
	struct fixture *x = *state;
	struct rejects *j = open_rejects(x);
	struct buf json = BUF_INIT(1000);

	for (int i = 0; i < 3; i++)
		assert_int_equal(
			rejects_add(j, "s", i, i == 1 ? "utf8" : "syntax", "m", SPAN("x"), &x->e),
			0);
	rejects_add_stats(j, &json);
	assert_string_equal(buf_cstr(&json), ",\"rejects\":{\"syntax\":2,\"utf8\":1}");
	assert_int_equal(rejects_count(j), 3);
	buf_release(&json);
	(void)rejects_close(j, 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tolerance_parse_takes_numbers_and_percents),
		cmocka_unit_test(tolerance_parse_refuses_the_rest),
		CASE(rejects_write_text_raw_and_bytes_in_base64),
		CASE(rejects_append_to_what_is_there),
		CASE(rejects_keep_the_beginning_of_a_long_line),
		CASE(rejects_stop_when_the_dead_letter_cannot_be_written),
		CASE(rejects_strict_stops_with_bad_data),
		CASE(rejects_count_by_code),
	};

	return cmocka_run_group_tests_name("cli/rejects", tests, NULL, NULL);
}
