#include "base/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

static void err_set_keeps_the_first_description(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(err_set(&e, EX_BADDATA, "first %d", 1), -1);
	assert_int_equal(err_set(&e, EX_IO, "second"), -1);
	assert_int_equal(e.code, EX_BADDATA);
	assert_string_equal(e.text, "first 1");
	err_clear(&e);
	assert_int_equal(e.code, 0);
	(void)err_set(&e, EX_IO, "second");
	assert_string_equal(e.text, "second");
}

static void err_set_errno_adds_the_cause(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(err_set_errno(&e, EX_UNREADABLE, ENOENT, "cannot open '%s'", "x"), -1);
	assert_string_equal(e.text, "cannot open 'x': No such file or directory");
	err_clear(&e);
	(void)err_set_errno(&e, EX_IO, 99999, "cannot");
	assert_string_equal(e.text, "cannot: unknown error");
}

static void err_set_at_keeps_the_position(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	(void)err_set_at(&e, EX_BADCONFIG, 3, 5, "bad");
	(void)err_prefix(&e, "f.yaml");
	assert_int_equal(e.line, 3);
	assert_int_equal(e.col, 5);
	assert_string_equal(e.text, "f.yaml: bad");
}

static void err_prefix_of_a_full_text_cuts_it(void **state)
{
	struct err e = ERR_INIT;
	char text[sizeof e.text + 100];

	(void)state;
	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\0';
	(void)err_set(&e, EX_BADDATA, "%s", text);
	assert_int_equal(strlen(e.text), sizeof e.text - 1);
	assert_int_equal(err_prefix(&e, "%s", text), -1);
	assert_int_equal(strlen(e.text), sizeof e.text - 1);
	(void)err_set_errno(&e, EX_IO, EIO, "%s", text);
	assert_int_equal(e.code, EX_BADDATA);
	err_clear(&e);
	(void)err_set_errno(&e, EX_IO, EIO, "%s", text);
	assert_int_equal(strlen(e.text), sizeof e.text - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(err_set_keeps_the_first_description),
		cmocka_unit_test(err_set_errno_adds_the_cause),
		cmocka_unit_test(err_set_at_keeps_the_position),
		cmocka_unit_test(err_prefix_of_a_full_text_cuts_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
