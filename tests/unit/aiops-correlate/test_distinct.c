#include "aiops-correlate/tables/distinct.h"

#include "correlate_test.h"

static void distinct_numbers_in_order_of_appearance(void **state)
{
	struct distinct d;

	(void)state;
	distinct_init(&d, 1000);
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(distinct_add(&d, i * 64, i % 3), i);
	for (size_t i = 0; i < 1000; i++) {
		assert_int_equal(distinct_add(&d, i * 64, i % 3), i);
		assert_int_equal(distinct_find(&d, i * 64, i % 3), i);
		assert_true(distinct_find(&d, i * 64, 3) == DISTINCT_NONE);
	}
	assert_int_equal(d.n, 1000);
	distinct_release(&d);
}

static void distinct_without_room_finds_nothing(void **state)
{
	struct distinct d;

	(void)state;
	distinct_init(&d, 0);
	assert_true(distinct_find(&d, 0, 0) == DISTINCT_NONE);
	distinct_release(&d);
	distinct_release(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distinct_numbers_in_order_of_appearance),
		cmocka_unit_test(distinct_without_room_finds_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
