/* Sums that do not round: checked where the answer is known by hand, and against each other. */
#include "stats/exact_sum.h"

#include <float.h>
#include <string.h>

#include "stats_test.h"

static struct exact_moments of(const double *x, size_t n)
{
	struct exact_moments m = {0};

	for (size_t i = 0; i < n; i++)
		exact_moments_add(&m, x[i]);
	return m;
}

static void large_terms_that_cancel_leave_the_small_one(void **state)
{
	static const double x[] = {1e308, 1, -1e308, 1e-300, -1e-300, 0.5};
	struct exact_moments m = of(x, ARRAY_LEN(x));
	struct moments r = exact_moments_round(&m);

	(void)state;
	assert_true(r.mean == 0.25);
	assert_true(r.n == 6 && r.min == -1e308 && r.max == 1e308);
	assert_true(isinf(r.m2)); /* 2e616 */
}

static void whole_numbers_far_from_zero_keep_their_spread(void **state)
{
	static const double x[] = {1e15 + 1, 1e15 + 2, 1e15 + 3};
	struct exact_moments m = of(x, ARRAY_LEN(x));
	struct moments r = exact_moments_round(&m);

	(void)state;
	assert_true(r.mean == 1e15 + 2 && r.m2 == 2);
}

static void constant_has_no_spread_at_all(void **state)
{
	static const double values[] = {0.1, -1.7976931348623157e308, 5e-324, 0, -0.0, 1. / 3};

	(void)state;
	for (size_t v = 0; v < ARRAY_LEN(values); v++) {
		struct exact_moments m = {0};
		struct moments r;

		for (int i = 0; i < 1000; i++)
			exact_moments_add(&m, values[v]);
		r = exact_moments_round(&m);
		assert_true(r.mean == values[v] && r.m2 == 0);
	}
}

static void empty_and_one(void **state)
{
	static const double x[] = {-2.5};
	struct exact_moments none = {0}, one = of(x, 1);
	struct moments r = exact_moments_round(&none);

	(void)state;
	assert_true(r.n == 0 && r.mean == 0 && r.m2 == 0);
	exact_moments_merge(&none, &one);
	exact_moments_merge(&one, &(struct exact_moments){0});
	r = exact_moments_round(&none);
	assert_true(r.n == 1 && r.mean == -2.5 && r.m2 == 0 && r.min == -2.5 && r.max == -2.5);
}

/* numpy's data of test_moments.c; and Welford's way on many. */
static void agrees_with_welford(void **state)
{
	static const double A[] = {31.2, 29.8, 35.1, 33.3, 30.0, 28.7,
				   36.4, 32.2, 30.9, 34.6, 29.1, 33.8};
	struct exact_moments m = of(A, ARRAY_LEN(A));
	struct moments r = exact_moments_round(&m), w = MOMENTS_INIT;
	uint64_t seed = 5;

	(void)state;
	assert_near(r.mean, 32.09166666666667, 1e-15);
	assert_near(moments_std(&r), 2.4253722509247018, 1e-15);
	m = (struct exact_moments){0};
	for (int i = 0; i < 20000; i++) {
		double x = exp(20 * random_normal(&seed));

		exact_moments_add(&m, x);
		moments_add(&w, x);
	}
	r = exact_moments_round(&m);
	assert_near(w.mean, r.mean, 1e-11);
	assert_near(w.m2, r.m2, 1e-11);
}

static void write_sums(struct exact_moments *m, struct buf *out)
{
	buf_clear(out);
	exact_sum_write(&m->sum, EXACT_SUM_UNIT, out);
	buf_add_char(out, ' ');
	exact_sum_write(&m->squares, EXACT_SQUARES_UNIT, out);
}

static double any_double(uint64_t *seed)
{
	for (;;) {
		uint64_t u = random_u64(seed);
		double x;

		memcpy(&x, &u, sizeof x);
		if (isfinite(x))
			return x;
	}
}

static void every_order_and_grouping_gives_the_same_text(void **state)
{
	struct buf a = BUF_INIT(10000), b = BUF_INIT(10000);
	uint64_t seed = 6;
	double x[500];

	(void)state;
	for (int round = 0; round < 20; round++) {
		struct exact_moments all = {0}, left = {0}, right = {0};

		for (size_t i = 0; i < ARRAY_LEN(x); i++)
			x[i] = round % 2 ? any_double(&seed) : random_normal(&seed);
		for (size_t i = 0; i < ARRAY_LEN(x); i++)
			exact_moments_add(&all, x[i]);
		for (size_t i = ARRAY_LEN(x); i-- > 0;)
			exact_moments_add(i % 3 ? &left : &right, x[i]);
		exact_moments_merge(&right, &left);
		write_sums(&all, &a);
		write_sums(&right, &b);
		assert_true(span_eq(buf_span(&a), buf_span(&b)));
	}
	buf_release(&a);
	buf_release(&b);
}

static void text_reads_back(void **state)
{
	struct buf a = BUF_INIT(10000), b = BUF_INIT(10000);
	struct err e = ERR_INIT;
	uint64_t seed = 7;

	(void)state;
	for (int round = 0; round < 50; round++) {
		struct exact_moments m = {0}, back;

		for (int i = 0; i < round; i++)
			exact_moments_add(&m, round % 2 ? any_double(&seed)
							: -fabs(random_normal(&seed)));
		buf_clear(&a);
		exact_sum_write(&m.sum, EXACT_SUM_UNIT, &a);
		assert_int_equal(exact_sum_read(buf_span(&a), EXACT_SUM_UNIT, &back.sum, &e), 0);
		buf_clear(&b);
		exact_sum_write(&back.sum, EXACT_SUM_UNIT, &b);
		assert_true(span_eq(buf_span(&a), buf_span(&b)));
	}
	buf_release(&a);
	buf_release(&b);
}

static void text_is_plain(void **state)
{
	static const double x[] = {-1.5};
	struct exact_moments m = of(x, 1);
	struct buf out = BUF_INIT(1000);

	(void)state;
	write_sums(&m, &out);
	assert_string_equal(buf_cstr(&out), "-6p-2 24p-4"); /* -6/4 and 36/16 */
	buf_release(&out);
}

static void other_texts_are_refused(void **state)
{
	static const char *const bad[] = {
		"",       "1",     "p4",    "-p4",   "1p",        "1p-",    "1p-1075", "1p-1073",
		"1p-abc", "0x1p2", "1Ap-2", "1 p-2", "1p4000000", "1p3500", "--1p-2",  "-",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct err e = ERR_INIT;
		struct exact_sum s;

		if (exact_sum_read(span_cstr(bad[i]), EXACT_SUM_UNIT, &s, &e) == 0)
			fail_msg("'%s' was read", bad[i]);
		assert_int_equal(e.code, EX_BADDATA);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(large_terms_that_cancel_leave_the_small_one),
		cmocka_unit_test(whole_numbers_far_from_zero_keep_their_spread),
		cmocka_unit_test(constant_has_no_spread_at_all),
		cmocka_unit_test(empty_and_one),
		cmocka_unit_test(agrees_with_welford),
		cmocka_unit_test(every_order_and_grouping_gives_the_same_text),
		cmocka_unit_test(text_reads_back),
		cmocka_unit_test(text_is_plain),
		cmocka_unit_test(other_texts_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
