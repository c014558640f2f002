#include "breaker/bucket.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "breaker/backoff.h"

static const int64_t second = 1000000000;

static void bucket_gives_its_burst_and_then_its_rate(void **state)
{
	struct bucket b = {0};
	int64_t now = 1763719759 * second, wait = 0;

	(void)state;
	for (int i = 0; i < 10; i++)
		assert_true(bucket_take(&b, 10, 10, now, &wait));
	assert_false(bucket_take(&b, 10, 10, now, &wait));
	assert_int_equal(wait, 360 * 1000);
	assert_false(bucket_take(&b, 10, 10, now + 360 * second - 1, &wait));
	assert_int_equal(wait, 1);
	assert_true(bucket_take(&b, 10, 10, now + 360 * second, &wait));
	assert_false(bucket_take(&b, 10, 10, now + 360 * second, &wait));
}

/* However it is asked, an hour never gives more than burst + rate. */
static void bucket_holds_its_rate_over_a_long_time(void **state)
{
	struct bucket b = {0};
	int64_t wait;
	int taken = 0;

	(void)state;
	for (int64_t s = 0; s < 36000; s += 7)
		taken += bucket_take(&b, 100, 5, 1000 * second + s * second, &wait);
	assert_in_range(taken, 1000, 1005);
}

static void bucket_survives_a_clock_that_goes_back(void **state)
{
	struct bucket b = {0};
	int64_t wait;

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_true(bucket_take(&b, 3600, 3, 1000000 * second, &wait));
	assert_false(bucket_take(&b, 3600, 3, 10 * second, &wait));
	assert_true(wait <= 1000);
	assert_true(bucket_take(&b, 3600, 3, 11 * second, &wait));
}

static void backoff_grows_to_its_cap_and_is_never_zero(void **state)
{
	const struct backoff b = {500, 8000};
	static const int64_t most[] = {500, 1000, 2000, 4000, 8000, 8000, 8000};

	(void)state;
	for (int i = 0; i < 7; i++) {
		assert_int_equal(backoff_ms(&b, i + 1, (uint64_t)most[i] - 1), most[i]);
		assert_int_equal(backoff_ms(&b, i + 1, 0), 1);
	}
	assert_int_equal(backoff_ms(&b, 1 << 30, 7999), 8000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bucket_gives_its_burst_and_then_its_rate),
		cmocka_unit_test(bucket_holds_its_rate_over_a_long_time),
		cmocka_unit_test(bucket_survives_a_clock_that_goes_back),
		cmocka_unit_test(backoff_grows_to_its_cap_and_is_never_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
