#include "aiops-drift/compare/columns.h"

#include <stdio.h>

#include "drift_test.h"

static struct test_record rec;

static struct columns columns_of(const char *features, uint64_t max_values)
{
	struct columns c;
	struct err e = ERR_INIT;

	columns_init(&c, "y", max_values);
	assert_int_equal(columns_add(&c, &features, 1, &e), 0);
	return c;
}

static enum observed observe(struct columns *c, const char *json)
{
	struct err e = ERR_INIT;

	return columns_observe(c, test_parse(&rec, json), WINDOW_CURRENT, &e);
}

static void paths_by_commas_and_options(void **state)
{
	const char *lists[] = {"a, b.c", "d"}, *hole[] = {"a,,b"}, *none[] = {""};
	struct columns c;
	struct err e = ERR_INIT;

	(void)state;
	columns_init(&c, "y", 100);
	assert_int_equal(columns_add(&c, NULL, 0, &e), -1);
	assert_int_equal(e.code, EX_BADUSAGE);
	assert_int_equal(columns_add(&c, lists, 2, &e), 0);
	assert_int_equal(c.n, 3);
	assert_string_equal(c.items[1].path, "b.c");
	assert_string_equal(c.items[2].path, "d");
	assert_int_equal(columns_add(&c, hole, 1, &e), -1);
	assert_int_equal(columns_add(&c, none, 1, &e), -1);
	columns_release(&c);
}

static void pairs_are_where_both_have_a_number(void **state)
{
	struct columns c = columns_of("a,b.c", 1000);
	const struct pairs *a = &c.items[0].pairs[WINDOW_CURRENT];
	const struct pairs *b = &c.items[1].pairs[WINDOW_CURRENT];

	(void)state;
	assert_int_equal(observe(&c, "{\"y\":0,\"a\":5,\"b\":{\"c\":true}}"), OBSERVED_TAKEN);
	assert_int_equal(observe(&c, "{\"y\":true,\"a\":\"x\",\"b\":{\"c\":-2}}"), OBSERVED_TAKEN);
	assert_int_equal(observe(&c, "{\"y\":1,\"a\":1e400}"), OBSERVED_TAKEN);
	assert_int_equal(observe(&c, "{\"a\":5}"), OBSERVED_IGNORED);
	assert_int_equal(observe(&c, "{\"y\":null,\"a\":5}"), OBSERVED_IGNORED);
	assert_int_equal(observe(&c, "{\"y\":\"yes\",\"a\":5}"), OBSERVED_REFUSED);
	assert_int_equal(observe(&c, "{\"y\":1e999,\"a\":5}"), OBSERVED_REFUSED);
	assert_true(a->n == 1 && a->incomplete == 2 && a->x[0] == 5 && a->y[0] == 0);
	assert_true(b->n == 2 && b->incomplete == 1 && b->x[0] == 1 && b->x[1] == -2);
	assert_true(b->y[1] == 1 && c.items[0].pairs[WINDOW_REFERENCE].n == 0 && c.binary);
	columns_release(&c);
}

static void a_target_with_a_third_value_is_no_class(void **state)
{
	static const char *const others[] = {"{\"y\":0.5}", "{\"y\":2}", "{\"y\":-1}"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		struct columns c = columns_of("a", 1000);

		(void)observe(&c, "{\"y\":-0.0}");
		assert_true(c.binary);
		(void)observe(&c, others[i]);
		assert_false(c.binary);
		columns_release(&c);
	}
}

static void relations_by_the_kind_of_target(void **state)
{
	struct columns c = columns_of("a", 1000);
	char json[64];

	(void)state;
	/* a: 1 2 3 4 5 6 with y: 0 1 0 1 0 1; of 9 pairs of a negative and a positive 6 are in
	 * order */
	for (int i = 1; i <= 6; i++) {
		(void)snprintf(json, sizeof json, "{\"y\":%d,\"a\":%d}", i % 2 == 0, i);
		(void)observe(&c, json);
	}
	assert_close(column_relation(&c, &c.items[0], WINDOW_CURRENT).value, 6. / 9, 1e-15);
	assert_true(isnan(column_relation(&c, &c.items[0], WINDOW_REFERENCE).value));
	/* y: 0 1 0 1 0 1 3 for a up to 7: rho by mid-ranks, scipy.stats.spearmanr */
	(void)observe(&c, "{\"y\":3,\"a\":7}");
	assert_close(column_relation(&c, &c.items[0], WINDOW_CURRENT).value, 0.5786375623578447,
		     1e-12);
	columns_release(&c);
}

static void too_many_values_stop(void **state)
{
	struct columns c = columns_of("a,b", 8);

	(void)state;
	assert_int_equal(observe(&c, "{\"y\":0,\"a\":5,\"b\":1}"), OBSERVED_TAKEN);
	assert_int_equal(observe(&c, "{\"y\":0,\"a\":5,\"b\":1}"), OBSERVED_TAKEN);
	assert_int_equal(observe(&c, "{\"y\":0,\"a\":5,\"b\":1}"), OBSERVED_STOP);
	columns_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_by_commas_and_options),
		cmocka_unit_test(pairs_are_where_both_have_a_number),
		cmocka_unit_test(a_target_with_a_third_value_is_no_class),
		cmocka_unit_test(relations_by_the_kind_of_target),
		cmocka_unit_test(too_many_values_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
