#include "store/audit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#define ORIGIN_LINE "aiops-audit/0123456789abcdef0123456789abcdef\n"
#define ROOT        "2f6f6952956b1794d0b96f12a8cf711c033a20810d37228ba2a5358b2d559498"
#define ROOT_LINE   "L29pUpVrF5TQuW8SqM9xHAM6IIENNyKLoqU1iy1VlJg=\n"
#define SIGNATURE   "\xe2\x80\x94 example.org/key AAAAAA==\n"

static int parse(const char *note, struct audit_checkpoint *c, size_t *signatures)
{
	struct err e = ERR_INIT;
	int rc = audit_checkpoint_parse(span_cstr(note), c, signatures, &e);

	assert_int_equal(e.code, rc ? EX_BADDATA : 0);
	return rc;
}

static void audit_checkpoint_write_is_the_note_body(void **state)
{
	const struct audit_head head = {
		.log = "0123456789abcdef0123456789abcdef", .size = 2, .root = ROOT};
	struct buf out = BUF_INIT(1000);
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(audit_checkpoint_write(&head, &out, &e), 0);
	assert_string_equal(buf_cstr(&out), ORIGIN_LINE "2\n" ROOT_LINE);
	buf_release(&out);
}

static void audit_checkpoint_parse_reads_what_is_written(void **state)
{
	struct audit_checkpoint c;
	size_t signatures;
	char hex[DIGEST_HEX + 1];

	(void)state;
	assert_int_equal(parse(ORIGIN_LINE "2\n" ROOT_LINE, &c, &signatures), 0);
	assert_string_equal(c.log, "0123456789abcdef0123456789abcdef");
	assert_int_equal(c.size, 2);
	digest_hex(&c.root, hex);
	assert_string_equal(hex, ROOT);
	assert_int_equal(signatures, 0);
	assert_int_equal(
		parse(ORIGIN_LINE "0\n" ROOT_LINE "\n" SIGNATURE SIGNATURE, &c, &signatures), 0);
	assert_int_equal(c.size, 0);
	assert_int_equal(signatures, 2);
}

static void audit_checkpoint_parse_refuses_anything_else(void **state)
{
	static const char *const bad[] = {
		"",
		"\n",
		ORIGIN_LINE,
		ORIGIN_LINE "2\n",
		"aiops-audit/0123\n2\n" ROOT_LINE,
		"aiops-audit/0123456789abcdef0123456789abcdex\n2\n" ROOT_LINE,
		"other/0123456789abcdef0123456789abcdef\n2\n" ROOT_LINE,
		ORIGIN_LINE "02\n" ROOT_LINE,
		ORIGIN_LINE "-2\n" ROOT_LINE,
		ORIGIN_LINE "+2\n" ROOT_LINE,
		ORIGIN_LINE "2 \n" ROOT_LINE,
		ORIGIN_LINE "\n" ROOT_LINE,
		ORIGIN_LINE "99999999999999999999\n" ROOT_LINE,
		ORIGIN_LINE "2\n" ROOT "\n",
		ORIGIN_LINE "2\nL29pUpVrF5TQuW8SqM9xHAM6IIENNyKLoqU1iy1VlJg\n",
		ORIGIN_LINE "2\nL29pUpVrF5TQuW8SqM9xHAM6IIENNyKLoqU1iy1VlJg=",
		ORIGIN_LINE "2\nL29pUpVrF5TQuW8SqM9xHAM6IIENNyKLoqU1iy1VlJ*=\n",
		"aiops-audit/0123456789abcdef0123456789abcdef\r\n2\r\nL29pUpVrF5TQuW8SqM9xHAM6IIENNyKLoqU1iy1VlJg=\r\n",
		ORIGIN_LINE "2\n" ROOT_LINE "\n",
		ORIGIN_LINE "2\n" ROOT_LINE "more\n",
		ORIGIN_LINE "2\n" ROOT_LINE SIGNATURE,
		ORIGIN_LINE "2\n" ROOT_LINE "\n" SIGNATURE "trailing\n",
		ORIGIN_LINE "2\n" ROOT_LINE "\n- key AAAA\n",
	};
	struct audit_checkpoint c;
	size_t signatures;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (parse(bad[i], &c, &signatures) == 0)
			fail_msg("accepted: %s", bad[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(audit_checkpoint_write_is_the_note_body),
		cmocka_unit_test(audit_checkpoint_parse_reads_what_is_written),
		cmocka_unit_test(audit_checkpoint_parse_refuses_anything_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
