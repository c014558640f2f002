#include "base/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"

static char dir[64], path[96];

static int make(void **state)
{
	(void)state;
	(void)snprintf(dir, sizeof dir, "/tmp/aiops-secret-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	(void)snprintf(path, sizeof path, "%s/token", dir);
	return 0;
}

static int drop(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(dir);
}

static int read_of(const char *content, mode_t mode, size_t max, struct buf *b, struct err *e)
{
	assert_int_equal(file_write_atomic(path, span_cstr(content), 0600, e), 0);
	assert_int_equal(chmod(path, mode), 0);
	*b = BUF_INIT(max);
	return secret_read(path, b, e);
}

static void secret_read_gives_the_line(void **state)
{
	struct err e = ERR_INIT;
	struct buf b;

	(void)state;
	assert_int_equal(read_of("  s3cret token\r\n", 0600, 12, &b, &e), -1);
	secret_release(&b);
	e = ERR_INIT;
	assert_int_equal(read_of("  s3cret token\r\n", 0400, 4096, &b, &e), 0);
	assert_string_equal(buf_cstr(&b), "s3cret token");
	buf_clear(&b);
	buf_add_cstr(&b, "Bearer ");
	assert_int_equal(secret_read(path, &b, &e), 0);
	assert_string_equal(buf_cstr(&b), "Bearer s3cret token");
	secret_release(&b);
}

static void secret_read_refuses(void **state)
{
	static const struct {
		const char *content;
		mode_t mode;
		size_t max;
		int code;
	} cases[] = {
		{"", 0600, 100, EX_BADDATA},       {" \n", 0600, 100, EX_BADDATA},
		{"a\nb\n", 0600, 100, EX_BADDATA}, {"a\tb", 0600, 100, EX_BADDATA},
		{"a\x7f", 0600, 100, EX_BADDATA},  {"12345", 0600, 4, EX_BADDATA},
		{"12345", 0640, 100, EX_POLICY},   {"12345", 0604, 100, EX_POLICY},
		{"12345", 0620, 100, EX_POLICY},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err e = ERR_INIT;
		struct buf b;

		assert_int_equal(read_of(cases[i].content, cases[i].mode, cases[i].max, &b, &e),
				 -1);
		if (e.code != cases[i].code)
			fail_msg("case %zu: %d, %s", i, e.code, e.text);
		assert_int_equal(b.len, 0);
		secret_release(&b);
	}
}

static void secret_read_refuses_what_is_no_file(void **state)
{
	struct err e = ERR_INIT;
	struct buf b = BUF_INIT(100);

	(void)state;
	assert_int_equal(secret_read(dir, &b, &e), -1);
	assert_int_equal(e.code, EX_UNREADABLE);
	e = ERR_INIT;
	assert_int_equal(secret_read("/nonexistent/token", &b, &e), -1);
	assert_int_equal(e.code, EX_UNREADABLE);
	secret_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(secret_read_gives_the_line, make, drop),
		cmocka_unit_test_setup_teardown(secret_read_refuses, make, drop),
		cmocka_unit_test_setup_teardown(secret_read_refuses_what_is_no_file, make, drop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
