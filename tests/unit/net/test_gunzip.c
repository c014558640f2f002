/*
 * Bodies packed by gzip 1.12 (`printf hello | gzip -n`) and by zlib.
 */
#include "net/gunzip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

static const char hello[] =
	"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\xc9\xc9\x07\x00\x86\xa6\x10\x36\x05\x00"
	"\x00\x00";
#define HELLO span_of(hello, sizeof hello - 1)

static void gunzip_gives_what_was_packed(void **state)
{
	struct buf out = BUF_INIT(5);
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(gunzip(HELLO, &out, &e), 0);
	assert_true(span_is(buf_span(&out), "hello")); /* exactly its maximum */
	buf_release(&out);
}

static void gunzip_reads_members_one_behind_the_other(void **state)
{
	struct buf twice = BUF_INIT(100), out = BUF_INIT(100);
	struct err e = ERR_INIT;

	(void)state;
	buf_add_span(&twice, HELLO);
	buf_add_span(&twice, HELLO);
	assert_int_equal(gunzip(buf_span(&twice), &out, &e), 0);
	assert_true(span_is(buf_span(&out), "hellohello"));
	buf_release(&twice);
	buf_release(&out);
}

static void gunzip_reads_zlib(void **state)
{
	unsigned char packed[100];
	unsigned long len = sizeof packed;
	struct buf out = BUF_INIT(100);
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(compress(packed, &len, (const unsigned char *)"abcabcabc", 9), Z_OK);
	assert_int_equal(gunzip(span_of((const char *)packed, len), &out, &e), 0);
	assert_true(span_is(buf_span(&out), "abcabcabc"));
	buf_release(&out);
}

static void gunzip_stops_at_the_maximum(void **state)
{
	static unsigned char zeros[1 << 20], packed[1 << 16];
	unsigned long len = sizeof packed;

	(void)state;
	assert_int_equal(compress(packed, &len, zeros, sizeof zeros), Z_OK);
	for (size_t max = 0; max < sizeof zeros; max = max * 3 + 1) {
		struct buf out = BUF_INIT(max);
		struct err e = ERR_INIT;

		assert_int_equal(gunzip(span_of((const char *)packed, len), &out, &e), -1);
		assert_int_equal(e.code, EX_POLICY);
		assert_int_equal(out.len, max);
		buf_release(&out);
	}
}

/* Cut off anywhere, or with any byte changed: an error or the very text, never another. */
static void gunzip_refuses_what_is_damaged(void **state)
{
	(void)state;
	for (size_t n = 0; n < HELLO.len; n++) {
		struct buf out = BUF_INIT(100);
		struct err e = ERR_INIT;

		assert_int_equal(gunzip(span_of(hello, n), &out, &e), -1);
		assert_int_equal(e.code, EX_BADDATA);
		buf_release(&out);
	}
	for (size_t i = 0; i < HELLO.len; i++) {
		char changed[sizeof hello];
		struct buf out = BUF_INIT(100);
		struct err e = ERR_INIT;

		memcpy(changed, hello, sizeof hello);
		changed[i] ^= 0x20;
		if (gunzip(span_of(changed, HELLO.len), &out, &e) == 0)
			assert_true(span_is(buf_span(&out),
					    "hello")); /* the header's time and system */
		buf_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gunzip_gives_what_was_packed),
		cmocka_unit_test(gunzip_reads_members_one_behind_the_other),
		cmocka_unit_test(gunzip_reads_zlib),
		cmocka_unit_test(gunzip_stops_at_the_maximum),
		cmocka_unit_test(gunzip_refuses_what_is_damaged),
	};

	return cmocka_run_group_tests_name("net/gunzip", tests, NULL, NULL);
}
