#include "aiops-correlate/leap.h"

#include "correlate_test.h"

#define DAY LEAP_NS

static int64_t moved(const int64_t *clocks, size_t n)
{
	struct leap l = {0};
	int64_t newest_ns = INT64_MIN;

	for (size_t i = 0; i < n; i++)
		leap_move(&l, &newest_ns, clocks[i]);
	return newest_ns;
}

#define MOVED(...)                                                                                 \
	moved((const int64_t[]){__VA_ARGS__},                                                      \
	      sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t))

static void leap_within_a_day_is_none(void **state)
{
	(void)state;
	assert_int_equal(MOVED(T0), T0);
	assert_int_equal(MOVED(T0, T0 + DAY), T0 + DAY);
	assert_int_equal(MOVED(T0, T0 - 5 * DAY, T0 + 1), T0 + 1);
}

static void leap_wants_to_be_said_three_times_in_a_row(void **state)
{
	const int64_t far = T0 + 365 * DAY;

	(void)state;
	assert_int_equal(MOVED(T0, far), T0);
	assert_int_equal(MOVED(T0, far, far), T0);
	assert_int_equal(MOVED(T0, far, far + 5, far + 1), far + 5);
	assert_int_equal(MOVED(T0, far, far, T0 + 1, far), T0 + 1); /* something stands between */
	assert_int_equal(MOVED(T0, far, far, T0 - 9 * DAY, far),
			 far); /* a clock far behind says nothing */
	/* it may be said days apart, but not backwards */
	assert_int_equal(MOVED(T0, far, far + 2 * DAY, far + 4 * DAY), far + 4 * DAY);
	assert_int_equal(MOVED(T0, far + 4 * DAY, far + 2 * DAY, far), T0);
}

static void leap_of_the_longest_time_is_no_overflow(void **state)
{
	(void)state;
	assert_int_equal(MOVED(INT64_MIN + 1, INT64_MAX, INT64_MAX), INT64_MIN + 1);
	assert_int_equal(MOVED(INT64_MIN + 1, INT64_MAX, INT64_MAX, INT64_MAX), INT64_MAX);
}

static void leap_is_told(void **state)
{
	struct leap l = {0};
	int64_t newest_ns = T0;

	(void)state;
	for (int i = 0; i < LEAP_SAID; i++) {
		assert_int_equal(l.taken, 0);
		leap_move(&l, &newest_ns, T0 + 2 * DAY);
	}
	assert_int_equal(l.taken, 1);
	assert_int_equal(l.from_ns, T0);
	assert_int_equal(l.to_ns, T0 + 2 * DAY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leap_within_a_day_is_none),
		cmocka_unit_test(leap_wants_to_be_said_three_times_in_a_row),
		cmocka_unit_test(leap_of_the_longest_time_is_no_overflow),
		cmocka_unit_test(leap_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
