#include "base/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

static struct span key_of(char *text, size_t size, int i)
{
	return span_of(text, (size_t)snprintf(text, size, "key-%d", i));
}

static void map_put_of_a_new_key_is_zero(void **state)
{
	struct map_entry *en;
	struct map m;
	bool added;

	(void)state;
	map_init(&m);
	en = map_put(&m, SPAN("a"), &added);
	assert_true(added);
	assert_int_equal(en->value.num, 0);
	assert_string_equal(en->key, "a");
	en->value.num = 42;
	en = map_put(&m, SPAN("a"), &added);
	assert_false(added);
	assert_int_equal(en->value.num, 42);
	assert_int_equal(m.live, 1);
	map_release(&m);
}

static void map_get_of_a_missing_key_is_null(void **state)
{
	struct map m;

	(void)state;
	map_init(&m);
	assert_null(map_get(&m, SPAN("a")));
	(void)map_put(&m, SPAN("a"), NULL);
	assert_null(map_get(&m, SPAN("b")));
	assert_null(map_get(&m, SPAN("")));
	map_release(&m);
}

static void map_keys_with_nul_bytes_are_told_apart(void **state)
{
	struct map m;

	(void)state;
	map_init(&m);
	map_put(&m, SPAN("a\0b"), NULL)->value.num = 1;
	map_put(&m, SPAN("a\0c"), NULL)->value.num = 2;
	map_put(&m, SPAN(""), NULL)->value.num = 3;
	assert_int_equal(m.live, 3);
	assert_int_equal(map_get(&m, SPAN("a\0c"))->value.num, 2);
	assert_int_equal(map_get(&m, SPAN_NONE)->value.num, 3);
	map_release(&m);
}

static void map_of_many_keys_finds_each(void **state)
{
	enum { N = 20000 };
	char text[32];
	struct map m;

	(void)state;
	map_init(&m);
	for (int i = 0; i < N; i++)
		map_put(&m, key_of(text, sizeof text, i), NULL)->value.num = i;
	assert_int_equal(m.live, N);
	for (int i = 0; i < N; i++)
		assert_int_equal(map_get(&m, key_of(text, sizeof text, i))->value.num, i);
	map_release(&m);
}

static void map_next_goes_in_order_of_insertion(void **state)
{
	int expected = 0;
	char text[32];
	struct map m;

	(void)state;
	map_init(&m);
	for (int i = 0; i < 100; i++)
		map_put(&m, key_of(text, sizeof text, i), NULL)->value.num = i;
	for (int i = 0; i < 100; i += 2)
		map_remove(&m, key_of(text, sizeof text, i));
	for (struct map_entry *en = map_next(&m, NULL); en; en = map_next(&m, en), expected++)
		assert_int_equal(en->value.num, 2 * expected + 1);
	assert_int_equal(expected, 50);
	map_release(&m);
}

static void map_remove_and_put_again_does_not_grow_without_end(void **state)
{
	char text[32];
	struct map m;

	(void)state;
	map_init(&m);
	for (int i = 0; i < 100000; i++) {
		(void)map_put(&m, key_of(text, sizeof text, i), NULL);
		if (i >= 10)
			map_remove(&m, key_of(text, sizeof text, i - 10));
	}
	assert_int_equal(m.live, 10);
	assert_true(m.cap < 1000);
	for (int i = 0; i < 100000 - 10; i += 997)
		assert_null(map_get(&m, key_of(text, sizeof text, i)));
	for (int i = 100000 - 10; i < 100000; i++)
		assert_non_null(map_get(&m, key_of(text, sizeof text, i)));
	map_release(&m);
}

static void map_remove_of_a_missing_key_does_nothing(void **state)
{
	struct map m;

	(void)state;
	map_init(&m);
	map_remove(&m, SPAN("a"));
	(void)map_put(&m, SPAN("a"), NULL);
	map_remove(&m, SPAN("b"));
	assert_int_equal(m.live, 1);
	map_release(&m);
}

static void map_clear_empties_and_stays_usable(void **state)
{
	struct map m;

	(void)state;
	map_init(&m);
	(void)map_put(&m, SPAN("a"), NULL);
	map_clear(&m);
	assert_null(map_get(&m, SPAN("a")));
	assert_null(map_next(&m, NULL));
	map_put(&m, SPAN("b"), NULL)->value.num = 1;
	assert_int_equal(m.live, 1);
	assert_non_null(map_get(&m, SPAN("b")));
	map_release(&m);
	map_release(&m);
}

/* Without the seed someone else could choose keys that meet. */
static void map_hash_depends_on_the_seed(void **state)
{
	uint8_t a[16], b[16];

	(void)state;
	map_seed(a);
	map_seed(b);
	assert_memory_not_equal(a, b, sizeof a);
	assert_true(map_hash(a, SPAN("key")) == map_hash(a, SPAN("key")));
	assert_true(map_hash(a, SPAN("key")) != map_hash(b, SPAN("key")));
}

/* SipHash-2-4 by J.-P. Aumasson and D. J. Bernstein, the paper's appendix A. */
static void map_hash_of_the_papers_vector_is_its_value(void **state)
{
	uint8_t seed[16];
	char text[15];

	(void)state;
	for (size_t i = 0; i < sizeof seed; i++)
		seed[i] = (uint8_t)i;
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)i;
	assert_true(map_hash(seed, span_of(text, sizeof text)) == UINT64_C(0xa129ca6149be45e5));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(map_put_of_a_new_key_is_zero),
		cmocka_unit_test(map_get_of_a_missing_key_is_null),
		cmocka_unit_test(map_keys_with_nul_bytes_are_told_apart),
		cmocka_unit_test(map_of_many_keys_finds_each),
		cmocka_unit_test(map_next_goes_in_order_of_insertion),
		cmocka_unit_test(map_remove_and_put_again_does_not_grow_without_end),
		cmocka_unit_test(map_remove_of_a_missing_key_does_nothing),
		cmocka_unit_test(map_clear_empties_and_stays_usable),
		cmocka_unit_test(map_hash_depends_on_the_seed),
		cmocka_unit_test(map_hash_of_the_papers_vector_is_its_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
