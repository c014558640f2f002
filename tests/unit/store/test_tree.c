#include "store/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

enum { LEAVES = 300 };

static struct digest hashes[LEAVES];

static int make_hashes(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	if (crypto_init(&e) != 0)
		return -1;
	for (int i = 0; i < LEAVES; i++) {
		struct span part = span_of((const char *)&i, sizeof i);

		hashes[i] = digest_of(&part, 1);
	}
	return 0;
}

/* RFC 6962 section 2.1 as it is written there, recursive, on a buffer of its own: shares nothing
 * with tree.c but SHA-256. */
static struct digest mth(const struct digest *d, size_t n)
{
	unsigned char text[1 + 2 * DIGEST_BYTES];
	struct digest left, right;
	struct span all;
	size_t k = 1;

	if (n == 0)
		return digest_of(NULL, 0);
	if (n == 1) {
		text[0] = 0;
		memcpy(text + 1, d[0].bytes, DIGEST_BYTES);
		all = span_of((const char *)text, 1 + DIGEST_BYTES);
		return digest_of(&all, 1);
	}
	while (k * 2 < n)
		k *= 2;
	left = mth(d, k);
	right = mth(d + k, n - k);
	text[0] = 1;
	memcpy(text + 1, left.bytes, DIGEST_BYTES);
	memcpy(text + 1 + DIGEST_BYTES, right.bytes, DIGEST_BYTES);
	all = span_of((const char *)text, sizeof text);
	return digest_of(&all, 1);
}

static void tree_root_equals_the_recursive_definition(void **state)
{
	struct tree t = {0};

	(void)state;
	for (size_t n = 0; n <= LEAVES; n++) {
		struct digest root = tree_root(&t), expected = mth(hashes, n);

		assert_int_equal(t.size, n);
		assert_int_equal(t.n, __builtin_popcountll(n));
		assert_memory_equal(root.bytes, expected.bytes, DIGEST_BYTES);
		if (n < LEAVES)
			tree_push(&t, &hashes[n]);
	}
}

static void tree_root_of_nothing_is_sha256_of_nothing(void **state)
{
	struct tree t = {0};
	struct digest root = tree_root(&t);
	char hex[DIGEST_HEX + 1];

	(void)state;
	digest_hex(&root, hex);
	assert_string_equal(hex,
			    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

/* The vector of Certificate Transparency's own tests: one empty leaf, hashed without our inner
 * hash, is 6e340b9c...; here the leaf is a 32-byte hash, so the prefix alone is checked. */
static void tree_leaf_has_its_own_prefix(void **state)
{
	struct tree one = {0}, two = {0};
	struct digest a, b;

	(void)state;
	tree_push(&one, &hashes[0]);
	tree_push(&two, &hashes[1]);
	a = tree_root(&one);
	b = tree_root(&two);
	assert_memory_not_equal(a.bytes, hashes[0].bytes, DIGEST_BYTES);
	assert_memory_not_equal(a.bytes, b.bytes, DIGEST_BYTES);
}

static void tree_hex_comes_back(void **state)
{
	struct tree t = {0}, back;

	(void)state;
	for (int i = 0; i < LEAVES; i++) {
		struct buf hex = BUF_INIT(TREE_MAX_PEAKS * DIGEST_HEX);

		tree_push(&t, &hashes[i]);
		tree_add_hex(&hex, &t);
		assert_int_equal(tree_from_hex(t.size, buf_span(&hex), &back), 0);
		assert_int_equal(back.n, t.n);
		assert_memory_equal(back.peaks, t.peaks, t.n * sizeof *t.peaks);
		buf_release(&hex);
	}
}

static void tree_from_hex_refuses_another_number_of_peaks(void **state)
{
	char hex[3 * DIGEST_HEX];
	struct tree t;

	(void)state;
	memset(hex, 'a', sizeof hex);
	assert_int_equal(tree_from_hex(7, span_of(hex, sizeof hex), &t), 0);
	assert_int_equal(tree_from_hex(8, span_of(hex, sizeof hex), &t), -1);
	assert_int_equal(tree_from_hex(7, span_of(hex, sizeof hex - 1), &t), -1);
	assert_int_equal(tree_from_hex(-1, span_of(hex, sizeof hex), &t), -1);
	assert_int_equal(tree_from_hex(0, SPAN_NONE, &t), 0);
	hex[70] = 'g';
	assert_int_equal(tree_from_hex(7, span_of(hex, sizeof hex), &t), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tree_root_equals_the_recursive_definition),
		cmocka_unit_test(tree_root_of_nothing_is_sha256_of_nothing),
		cmocka_unit_test(tree_leaf_has_its_own_prefix),
		cmocka_unit_test(tree_hex_comes_back),
		cmocka_unit_test(tree_from_hex_refuses_another_number_of_peaks),
	};

	return cmocka_run_group_tests(tests, make_hashes, NULL);
}
