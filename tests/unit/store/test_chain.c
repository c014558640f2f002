#include "store/chain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/tree.h"

/*
 * Made once with OpenSSL 3.0.19 from the formula, so that format and code can not drift together:
 *
 *	BH=$(printf '%s\n%s' SALT BODY | openssl dgst -sha256 -r | cut -c1-64)
 *	H1=$(printf 'aiops-audit/v1\n%s\n1\n%s\n%s\nrun\nalice\n%s\n' LOG ZEROS TS BH | openssl dgst
 *-sha256 -r | cut -c1-64) L1=$(printf '00%s' H1 | xxd -r -p | openssl dgst -sha256 -r | cut -c1-64)
 */
#define SALT_HEX  "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define BODY      "{\"kind\":\"run\",\"id\":\"RUN-1#1\",\"n\":0.10}"
#define BODY_HASH "69033f507d36f807f2b30fb0d66c26e68dbe2bf69532888e997f34f654d9ce53"
#define LOG       "0123456789abcdef0123456789abcdef"
#define HASH_1    "5475da82c6808b7158bb7b5308af41a0b12777cac61348b1376ac7aeac20cf8d"
#define HASH_2    "29be58d30a607d38f8361c661562a75b3128737ce5aea98f784bcb71918f8e69"
#define ROOT_1    "04c55cd8b25012fa8d4a66b3229cbd6c604a19e4ce54faab3588d81d5314a731"
#define ROOT_2    "2f6f6952956b1794d0b96f12a8cf711c033a20810d37228ba2a5358b2d559498"

static int init(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	return crypto_init(&e);
}

static void assert_digest(struct digest d, const char *expected)
{
	char hex[DIGEST_HEX + 1];

	digest_hex(&d, hex);
	assert_string_equal(hex, expected);
}

static void chain_body_hash_equals_openssl(void **state)
{
	(void)state;
	assert_digest(chain_body_hash(SPAN(SALT_HEX), SPAN(BODY)), BODY_HASH);
}

static void chain_hash_equals_openssl(void **state)
{
	const struct chain_row first = {
		.log = SPAN(LOG),
		.seq = 1,
		.prev = SPAN(CHAIN_START),
		.ts = SPAN("2026-11-21T09:09:19.095Z"),
		.kind = SPAN("run"),
		.actor = SPAN("alice"),
		.body_hash = SPAN(BODY_HASH),
	};
	const struct chain_row second = {
		.log = SPAN(LOG),
		.seq = 2,
		.prev = SPAN(HASH_1),
		.ts = SPAN("2026-11-21T09:09:20.000Z"),
		.kind = SPAN("alert"),
		.actor = SPAN("bob"),
		.body_hash = SPAN(BODY_HASH),
	};

	(void)state;
	assert_digest(chain_hash(&first), HASH_1);
	assert_digest(chain_hash(&second), HASH_2);
}

static void tree_over_the_chain_equals_openssl(void **state)
{
	struct tree t = {0};
	struct digest h;

	(void)state;
	assert_int_equal(hex_decode(SPAN(HASH_1), h.bytes, DIGEST_BYTES), 0);
	tree_push(&t, &h);
	assert_digest(tree_root(&t), ROOT_1);
	assert_int_equal(hex_decode(SPAN(HASH_2), h.bytes, DIGEST_BYTES), 0);
	tree_push(&t, &h);
	assert_digest(tree_root(&t), ROOT_2);
}

static void chain_hash_depends_on_every_field(void **state)
{
	const struct chain_row row = {
		.log = SPAN(LOG),
		.seq = 1,
		.prev = SPAN(CHAIN_START),
		.ts = SPAN("t"),
		.kind = SPAN("k"),
		.actor = SPAN("a"),
		.body_hash = SPAN(BODY_HASH),
	};
	struct chain_row other[7] = {row, row, row, row, row, row, row};
	struct digest d = chain_hash(&row);

	(void)state;
	other[0].log = SPAN("1123456789abcdef0123456789abcdef");
	other[1].seq = 2;
	other[2].prev = SPAN(HASH_1);
	other[3].ts = SPAN("u");
	other[4].kind = SPAN("l");
	other[5].actor = SPAN("b");
	other[6].body_hash = SPAN(HASH_2);
	for (size_t i = 0; i < 7; i++) {
		struct digest x = chain_hash(&other[i]);

		assert_memory_not_equal(x.bytes, d.bytes, DIGEST_BYTES);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chain_body_hash_equals_openssl),
		cmocka_unit_test(chain_hash_equals_openssl),
		cmocka_unit_test(tree_over_the_chain_equals_openssl),
		cmocka_unit_test(chain_hash_depends_on_every_field),
	};

	return cmocka_run_group_tests(tests, init, NULL);
}
