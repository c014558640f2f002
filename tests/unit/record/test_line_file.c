#include "record/line_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "record/record.h"

static char path[] = "/tmp/aiops-record-test-XXXXXX";

static void write_file(const char *data, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static struct line_file *open_file(size_t max_line)
{
	struct err e = ERR_INIT;
	struct line_file *f = line_file_open(path, max_line, &e);

	assert_non_null(f);
	return f;
}

static volatile char padding;

static void expect(struct line_file *f, const char *want, bool want_cut)
{
	struct err e = ERR_INIT;
	struct span line;
	bool cut;

	assert_int_equal(line_file_next(f, &line, &cut, &e), 1);
	assert_int_equal(line.len, strlen(want));
	assert_memory_equal(line.data, want, line.len);
	assert_int_equal(cut, want_cut);
	for (size_t i = 0; i < RECORD_PADDING; i++)
		padding ^= line.data[line.len + i]; /* for the sanitizer to see */
}

static void expect_end(struct line_file *f)
{
	struct err e = ERR_INIT;
	struct span line;
	bool cut;

	assert_int_equal(line_file_next(f, &line, &cut, &e), 0);
	assert_int_equal(line_file_next(f, &line, &cut, &e), 0);
	line_file_close(f);
}

static void lines_with_and_without_last_newline(void **state)
{
	struct line_file *f;

	(void)state;
	write_file("a\n\nbc\r\nd", 8);
	f = open_file(100);
	expect(f, "a", false);
	expect(f, "", false);
	expect(f, "bc\r", false);
	expect(f, "d", false);
	expect_end(f);
	write_file("a\n", 2);
	f = open_file(100);
	expect(f, "a", false);
	expect_end(f);
	write_file("", 0);
	expect_end(open_file(100));
}

static void long_line_is_cut_and_drained(void **state)
{
	struct line_file *f;

	(void)state;
	write_file("12345\n123456\nok\n1234567", 23);
	f = open_file(5);
	expect(f, "12345", false);
	expect(f, "12345", true);
	expect(f, "ok", false);
	expect(f, "12345", true);
	expect_end(f);
}

static void lines_across_reads(void **state)
{
	enum { N = 300000 };
	char *big = malloc(N), *want = malloc(N);
	struct line_file *f;

	(void)state;
	assert_non_null(big);
	assert_non_null(want);
	memset(big, 'x', N);
	big[100000] = big[250000] = '\n';
	write_file(big, N);
	f = open_file(N);
	memset(want, 'x', N);
	want[100000] = '\0';
	expect(f, want, false);
	want[100000] = 'x';
	want[149999] = '\0';
	expect(f, want, false);
	want[N - 250001] = '\0';
	expect(f, want, false);
	expect_end(f);
	free(big);
	free(want);
}

static void missing_file_and_directory_are_unreadable(void **state)
{
	struct err e = ERR_INIT;
	struct line_file *f;
	struct span line;
	bool cut;

	(void)state;
	assert_null(line_file_open("/nonexistent/file", 10, &e));
	assert_int_equal(e.code, EX_UNREADABLE);
	err_clear(&e);
	f = line_file_open("/", 10, &e);
	assert_non_null(f);
	assert_int_equal(line_file_next(f, &line, &cut, &e), -1);
	assert_int_equal(e.code, EX_UNREADABLE);
	line_file_close(f);
	line_file_close(NULL);
}

static int make_path(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int remove_path(void **state)
{
	(void)state;
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_with_and_without_last_newline),
		cmocka_unit_test(long_line_is_cut_and_drained),
		cmocka_unit_test(lines_across_reads),
		cmocka_unit_test(missing_file_and_directory_are_unreadable),
	};

	return cmocka_run_group_tests(tests, make_path, remove_path);
}
