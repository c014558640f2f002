#include "aiops-audit/row.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static const struct row base = {
	.seq = 7,
	.log = {"0123456789abcdef0123456789abcdef", 32},
	.ts = {"2026-11-21T09:09:19.095Z", 24},
	.kind = {"run", 3},
	.actor = {"alice", 5},
	.record_id = {"RUN-1#2", 7},
	.incident = {"INC-1", 5},
	.run = {"RUN-1", 5},
	.hash = {"abcd", 4},
};

static struct record *parser;
static struct buf padded, out;

static int set_up(void **state)
{
	(void)state;
	parser = record_new(1 << 20);
	buf_init(&padded, 1 << 20);
	buf_init(&out, 1 << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	record_free(parser);
	buf_release(&padded);
	buf_release(&out);
	return 0;
}

static const struct record *parsed(struct row *row, const char *body)
{
	struct err e = ERR_INIT;
	const struct record *record = NULL;

	*row = base;
	row->body = span_cstr(body);
	if (row_parse(row, parser, &padded, &record, &e) != 0)
		fail_msg("%s", e.text);
	buf_clear(&out);
	return record;
}

static void row_parse_of_a_damaged_body_says_so(void **state)
{
	struct row row = base;
	struct err e = ERR_INIT;
	const struct record *record;

	(void)state;
	row.body = SPAN("{\"a\":");
	assert_int_equal(row_parse(&row, parser, &padded, &record, &e), -1);
	assert_int_equal(e.code, EX_BADDATA);
	assert_non_null(strstr(e.text, "no record"));
}

static void row_add_json_is_the_record_with_its_place(void **state)
{
	struct row row;
	const struct record *record = parsed(&row, "{\"id\":\"a\",\"n\":0.10}");

	(void)state;
	row_add_json(&row, record, &out);
	assert_string_equal(
		buf_cstr(&out),
		"{\"id\":\"a\",\"n\":0.10,\"audit\":{\"log\":\"0123456789abcdef0123456789abcdef\",\"seq\":7,"
		"\"hash\":\"abcd\",\"ts\":\"2026-11-21T09:09:19.095Z\",\"actor\":\"alice\"}}\n");
}

static void row_add_json_of_a_redacted_row_is_a_record_of_kind_audit(void **state)
{
	struct row row;
	const struct record *record = parsed(&row, NULL);

	(void)state;
	assert_null(record);
	row_add_json(&row, record, &out);
	assert_string_equal(
		buf_cstr(&out),
		"{\"v\":1,\"kind\":\"audit\",\"id\":\"0123456789abcdef0123456789abcdef#7\","
		"\"timestamp\":\"2026-11-21T09:09:19.095Z\",\"source\":\"aiops-audit\",\"incident\":\"INC-1\",\"run\":\"RUN-1\","
		"\"audit\":{\"log\":\"0123456789abcdef0123456789abcdef\",\"seq\":7,\"hash\":\"abcd\","
		"\"ts\":\"2026-11-21T09:09:19.095Z\",\"actor\":\"alice\",\"kind\":\"run\",\"record_id\":\"RUN-1#2\",\"redacted\":true}}\n");
}

static void line(const char *body, size_t width, const char *what)
{
	static const char front[] =
		"     7 2026-11-21T09:09:19 run      alice      INC-1                ";
	struct row row;
	const struct record *record = parsed(&row, body);

	row_add_line(&row, record, width, &out);
	assert_true(out.len > sizeof front);
	assert_memory_equal(out.data, front, sizeof front - 1);
	assert_string_equal(buf_cstr(&out) + sizeof front - 1, what);
}

static void row_add_line_says_what_happened(void **state)
{
	(void)state;
	line("{\"step\":\"drain\",\"from\":\"planned\",\"state\":\"running\",\"reason\":\"approved\"}",
	     0, "drain: planned -> running (approved)\n");
	line("{\"runbook\":\"restart\",\"state\":\"failed\"}", 0, "restart: failed\n");
	line("{\"name\":\"CPUHigh\",\"title\":\"CPU is high\"}", 0, "CPU is high\n");
	line("{\"id\":\"x\"}", 0, "x\n");
	line(NULL, 0, "(redacted)\n");
}

static void row_add_line_escapes_what_a_terminal_must_not_see(void **state)
{
	(void)state;
	line("{\"title\":\"a\\u001b[2Jb\\nc\\td\\u009be\"}", 0, "a\\x1B[2Jb c d\\u009Be\n");
}

static void row_add_line_is_cut_to_the_width(void **state)
{
	struct row row;
	const struct record *record =
		parsed(&row, "{\"title\":\"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\"}");

	(void)state;
	row_add_line(&row, record, 71, &out);
	assert_string_equal(buf_cstr(&out) + 68, "\xc3\xa9\xc3\xa9>\n");
	buf_clear(&out);
	row_add_line(&row, record, 10, &out);
	assert_string_equal(buf_cstr(&out), "     7 20>\n");
	buf_clear(&out);
	row_add_heading(&out, 12);
	assert_string_equal(buf_cstr(&out), "   SEQ TIME>\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(row_parse_of_a_damaged_body_says_so),
		cmocka_unit_test(row_add_json_is_the_record_with_its_place),
		cmocka_unit_test(row_add_json_of_a_redacted_row_is_a_record_of_kind_audit),
		cmocka_unit_test(row_add_line_says_what_happened),
		cmocka_unit_test(row_add_line_escapes_what_a_terminal_must_not_see),
		cmocka_unit_test(row_add_line_is_cut_to_the_width),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
