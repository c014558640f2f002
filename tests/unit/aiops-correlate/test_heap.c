#include "aiops-correlate/heap.h"

#include "correlate_test.h"

static void heap_pop_many_pushed_comes_in_order(void **state)
{
	struct heap h = {0};
	int64_t last = INT64_MIN;
	uint32_t x = 12345;

	(void)state;
	assert_null(heap_top(&h));
	for (int i = 0; i < 1000; i++) {
		x = x * 1664525u + 1013904223u;
		heap_push(&h, (struct heap_item){.at_ns = x >> 22, .key = x});
	}
	for (int i = 0; i < 1000; i++) {
		struct heap_item item = heap_pop(&h);

		assert_true(item.at_ns >= last);
		last = item.at_ns;
	}
	assert_int_equal(h.n, 0);
	heap_release(&h);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void heap_pop_ties_go_by_key_then_owner(void **state)
{
	struct heap h = {.tie = by_text};

	(void)state;
	heap_push(&h, (struct heap_item){.at_ns = 1, .key = 2, .ptr = "c"});
	heap_push(&h, (struct heap_item){.at_ns = 1, .key = 1, .ptr = "b"});
	heap_push(&h, (struct heap_item){.at_ns = 1, .key = 1, .ptr = "a"});
	assert_string_equal(heap_pop(&h).ptr, "a");
	assert_string_equal(heap_pop(&h).ptr, "b");
	assert_string_equal(heap_pop(&h).ptr, "c");
	heap_release(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heap_pop_many_pushed_comes_in_order),
		cmocka_unit_test(heap_pop_ties_go_by_key_then_owner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
