#include "base/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

/* RFC 4648, section 10. */
static const char *const vectors[][2] = {
	{"", ""},
	{"f", "Zg=="},
	{"fo", "Zm8="},
	{"foo", "Zm9v"},
	{"foob", "Zm9vYg=="},
	{"fooba", "Zm9vYmE="},
	{"foobar", "Zm9vYmFy"},
};

static void base64_of_the_rfcs_vectors_both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		struct buf out = BUF_INIT(100);
		uint8_t bytes[16];
		size_t len;

		base64_add(&out, span_cstr(vectors[i][0]));
		assert_string_equal(buf_cstr(&out), vectors[i][1]);
		assert_int_equal(base64_decode(buf_span(&out), bytes, sizeof bytes, &len), 0);
		assert_int_equal(len, strlen(vectors[i][0]));
		assert_memory_equal(bytes, vectors[i][0], len);
		buf_release(&out);
	}
}

static void base64_decode_refuses_another_text_for_the_same_bytes(void **state)
{
	static const char *const bad[] = {
		"Zg",    "Zg=",  "Zh==", "Zm8",     "Zm9=",       "Zm9v\n",  " Zm9v",
		"Zm9v=", "Zm-v", "Zm_v", "Zm9vYg=", "Zm9vYg==\n", "\xdam9v", "Zm\xb9v"};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		uint8_t bytes[16];
		size_t len;

		if (base64_decode(span_cstr(bad[i]), bytes, sizeof bytes, &len) == 0)
			fail_msg("accepted: %s", bad[i]);
	}
}

static void base64_decode_keeps_to_its_room(void **state)
{
	uint8_t bytes[6];
	size_t len;

	(void)state;
	assert_int_equal(base64_decode(SPAN("Zm9vYmFy"), bytes, 6, &len), 0);
	assert_int_equal(base64_decode(SPAN("Zm9vYmFy"), bytes, 5, &len), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base64_of_the_rfcs_vectors_both_ways),
		cmocka_unit_test(base64_decode_refuses_another_text_for_the_same_bytes),
		cmocka_unit_test(base64_decode_keeps_to_its_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
