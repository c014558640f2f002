#include "aiops-correlate/tables/index.h"

#include "base/mem.h"
#include "correlate_test.h"

struct item {
	uint64_t key;
};

static bool is_item(const void *item, const void *key)
{
	return ((const struct item *)item)->key == *(const uint64_t *)key;
}

static struct item *find(const struct index *t, uint64_t key)
{
	return index_get(t, index_hash_u64(t, key), is_item, &key);
}

static void index_get_finds_what_was_added_and_not_removed(void **state)
{
	enum { N = 20000 };
	struct item *items = mem_array(NULL, N, sizeof *items);
	struct index t;

	(void)state;
	index_init(&t);
	for (uint64_t i = 0; i < N; i++) {
		items[i].key = i * UINT64_C(0x100000001);
		assert_null(find(&t, items[i].key));
		index_add(&t, index_hash_u64(&t, items[i].key), &items[i]);
	}
	for (uint64_t i = 0; i < N; i++)
		if (i % 8)
			index_remove(&t, index_hash_u64(&t, items[i].key), &items[i]);
	assert_int_equal(t.live, N / 8);
	for (uint64_t i = 0; i < N; i++)
		assert_ptr_equal(find(&t, items[i].key), i % 8 ? NULL : &items[i]);
	assert_true(t.used <= 4 * t.live); /* what was removed does not stay for ever */
	index_release(&t);
	free(items);
}

static void index_next_keeps_the_order_of_insertion(void **state)
{
	struct item items[100], *it;
	struct index t;
	size_t at = 0, n = 0;

	(void)state;
	index_init(&t);
	for (uint64_t i = 0; i < 100; i++) {
		items[i].key = 1000 - i;
		index_add(&t, index_hash_u64(&t, items[i].key), &items[i]);
	}
	for (uint64_t i = 0; i < 100; i += 2)
		index_remove(&t, index_hash_u64(&t, items[i].key), &items[i]);
	while ((it = index_next(&t, &at))) {
		assert_ptr_equal(it, &items[2 * n + 1]);
		n++;
	}
	assert_int_equal(n, 50);
	index_release(&t);
}

static void index_remove_of_another_item_does_nothing(void **state)
{
	struct item a = {7}, b = {7};
	struct index t;

	(void)state;
	index_init(&t);
	index_remove(&t, index_hash_u64(&t, 7), &a);
	index_add(&t, index_hash_u64(&t, 7), &a);
	index_remove(&t, index_hash_u64(&t, 7), &b);
	assert_ptr_equal(find(&t, 7), &a);
	index_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(index_get_finds_what_was_added_and_not_removed),
		cmocka_unit_test(index_next_keeps_the_order_of_insertion),
		cmocka_unit_test(index_remove_of_another_item_does_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
