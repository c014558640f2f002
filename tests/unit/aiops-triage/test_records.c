/* Records from a file beside the input. */
#include "aiops-triage/evidence/records.h"

#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "triage_test.h"

struct seen {
	size_t records, bad;
	int64_t last_record, last_bad;
};

static void on_record(void *ctx, int64_t line, const struct record *r)
{
	struct seen *s = ctx;

	assert_non_null(record_line(r).data);
	s->records++;
	s->last_record = line;
}

static void on_bad(void *ctx, int64_t line, const char *why)
{
	struct seen *s = ctx;

	assert_true(*why);
	s->bad++;
	s->last_bad = line;
}

static struct seen read_text(struct span text, size_t max_line)
{
	static const struct records_ops ops = {.record = on_record, .bad = on_bad};
	char path[] = "/tmp/triage-test-XXXXXX";
	struct seen s = {0};
	struct err e = ERR_INIT;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, text, &e), 0);
	assert_int_equal(close(fd), 0);
	if (records_read(path, max_line, &ops, &s, &e) != 0)
		fail_msg("%s", e.text);
	assert_int_equal(unlink(path), 0);
	return s;
}

static void read_counts_lines_and_skips_blank_ones(void **state)
{
	struct seen s = read_text(SPAN("{\"a\":1}\n\n  \r\n{\"a\":2}\r\n{bad}\n{\"a\":3}"), 1000);

	(void)state;
	assert_int_equal(s.records, 3);
	assert_int_equal(s.last_record, 6);
	assert_int_equal(s.bad, 1);
	assert_int_equal(s.last_bad, 5);
}

static void read_long_line_is_one_bad_line(void **state)
{
	struct buf b = BUF_INIT(1 << 20);
	struct seen s;

	(void)state;
	buf_add_cstr(&b, "{\"a\":\"");
	for (int i = 0; i < 300000; i++)
		buf_add_char(&b, 'x');
	buf_add_cstr(&b, "\"}\n{\"a\":1}\n{\"b\":\"12345678901234567890\"}\n");
	s = read_text(buf_span(&b), 16);
	assert_int_equal(s.records, 1);
	assert_int_equal(s.last_record, 2);
	assert_int_equal(s.bad, 2);
	assert_int_equal(s.last_bad, 3);
	buf_release(&b);
}

static void read_missing_file(void **state)
{
	static const struct records_ops ops = {.record = on_record, .bad = on_bad};
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(records_read("/nonexistent/x", 100, &ops, NULL, &e), -1);
	assert_int_equal(e.code, EX_UNREADABLE);
	err_clear(&e);
	assert_int_equal(records_read("/tmp", 100, &ops, NULL, &e), -1);
	assert_int_equal(e.code, EX_UNREADABLE);
}

static void read_empty_file(void **state)
{
	struct seen s = read_text(SPAN(""), 100);

	(void)state;
	assert_int_equal(s.records + s.bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_counts_lines_and_skips_blank_ones),
		cmocka_unit_test(read_long_line_is_one_bad_line),
		cmocka_unit_test(read_missing_file),
		cmocka_unit_test(read_empty_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
