#include "base/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static int ready(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	return crypto_init(&e);
}

static void expect(const struct span *parts, size_t n, const char *hex)
{
	struct digest d = digest_of(parts, n);
	char text[DIGEST_HEX + 1];

	digest_hex(&d, text);
	assert_string_equal(text, hex);
}

/* NIST, FIPS 180-4 examples. */
static void digest_of_nist_messages_is_theirs(void **state)
{
	struct span abc = SPAN("abc"),
		    two = SPAN("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq");

	(void)state;
	expect(&abc, 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	expect(&two, 1, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	expect(NULL, 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void digest_of_parts_is_that_of_the_whole(void **state)
{
	struct span parts[] = {SPAN("a"), SPAN_NONE, SPAN(""), SPAN("bc")};

	(void)state;
	expect(parts, 4, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void hex_decode_takes_either_case(void **state)
{
	const uint8_t expected[] = {0x00, 0xAB, 0xCD, 0xFF};
	uint8_t bytes[4];
	char back[9];

	(void)state;
	assert_int_equal(hex_decode(SPAN("00AbcDfF"), bytes, 4), 0);
	assert_memory_equal(bytes, expected, 4);
	hex_encode(bytes, 4, back);
	assert_string_equal(back, "00abcdff");
}

/* All bytes, at every length modulo the four that are written at once. */
static void hex_encode_writes_every_byte(void **state)
{
	uint8_t bytes[256];
	char hex[2 * sizeof bytes + 1], want[3];

	(void)state;
	for (size_t len = sizeof bytes - 4; len <= sizeof bytes; len++) {
		for (size_t i = 0; i < len; i++)
			bytes[i] = (uint8_t)(i * 7);
		hex_encode(bytes, len, hex);
		assert_int_equal(strlen(hex), 2 * len);
		for (size_t i = 0; i < len; i++) {
			(void)snprintf(want, sizeof want, "%02x", bytes[i]);
			assert_memory_equal(hex + 2 * i, want, 2);
		}
	}
}

static void hex_decode_refuses_the_rest(void **state)
{
	uint8_t bytes[4];

	(void)state;
	assert_int_equal(hex_decode(SPAN("00abcdf"), bytes, 4), -1);
	assert_int_equal(hex_decode(SPAN("00abcdff0"), bytes, 4), -1);
	assert_int_equal(hex_decode(SPAN("00abcdfg"), bytes, 4), -1);
	assert_int_equal(hex_decode(SPAN("00 abcdf"), bytes, 4), -1);
	assert_int_equal(hex_decode(SPAN(""), bytes, 4), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digest_of_nist_messages_is_theirs),
		cmocka_unit_test(digest_of_parts_is_that_of_the_whole),
		cmocka_unit_test(hex_decode_takes_either_case),
		cmocka_unit_test(hex_encode_writes_every_byte),
		cmocka_unit_test(hex_decode_refuses_the_rest),
	};

	return cmocka_run_group_tests(tests, ready, NULL);
}
