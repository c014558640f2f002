#include "aiops-correlate/tables/heap.h"

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
	assert_int_equal(heap_count(&h), 0);
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

/* Nearly in order, pushed and popped by turns: as the same heap without the row would. */
static void heap_pop_of_a_nearly_ordered_stream_is_the_least(void **state)
{
	enum { N = 5000, WAIT = 64 };
	struct heap h = {0};
	int64_t last = INT64_MIN, at[WAIT + 1];
	uint32_t x = 99;
	size_t n = 0;

	(void)state;
	for (int i = 0; i < N; i++) {
		size_t least = 0;

		x = x * 1664525u + 1013904223u;
		at[n] = i * 10 - (x >> 29 == 0 ? (int64_t)(x >> 8 & 255) : 0);
		heap_push(&h, (struct heap_item){.at_ns = at[n++]});
		assert_int_equal(heap_count(&h), n);
		if (n <= WAIT)
			continue;
		for (size_t k = 1; k < n; k++)
			if (at[k] < at[least])
				least = k;
		assert_int_equal(heap_top(&h)->at_ns, at[least]);
		last = heap_pop(&h).at_ns;
		assert_int_equal(last, at[least]);
		at[least] = at[--n];
	}
	for (size_t i = 0; i < heap_count(&h); i++)
		assert_true(heap_at(&h, i)->at_ns >= last);
	assert_true(h.row_cap <= 4 * WAIT); /* what was popped makes room */
	heap_release(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heap_pop_many_pushed_comes_in_order),
		cmocka_unit_test(heap_pop_ties_go_by_key_then_owner),
		cmocka_unit_test(heap_pop_of_a_nearly_ordered_stream_is_the_least),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
