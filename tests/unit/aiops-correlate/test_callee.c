#include "aiops-correlate/cause/callee.h"

#include "correlate_test.h"

static void callee_label_knows_common_names(void **state)
{
	(void)state;
	assert_int_equal(callee_label(SPAN("dependency")), CALLEE_LABEL_SURE);
	assert_int_equal(callee_label(SPAN("peer.service")), CALLEE_LABEL_SURE);
	assert_int_equal(callee_label(SPAN("upstream_service")), CALLEE_LABEL_SURE);
	assert_int_equal(callee_label(SPAN("backend")), CALLEE_LABEL_SURE);
	assert_int_equal(callee_label(SPAN("target")), CALLEE_LABEL_MAYBE);
	assert_int_equal(callee_label(SPAN("topic")), CALLEE_LABEL_MAYBE);
	assert_int_equal(callee_label(SPAN("service")), CALLEE_LABEL_NONE);
	assert_int_equal(callee_label(SPAN("upstreams")), CALLEE_LABEL_NONE);
	assert_int_equal(callee_label(SPAN("")), CALLEE_LABEL_NONE);
}

static void callee_clean_leaves_the_name(void **state)
{
	static const char *const cases[][2] = {
		{"session-store", "session-store"},
		{"session-store:6379", "session-store"},
		{"http://cart.shop.svc:8080/items?id=1", "cart.shop.svc"},
		{"postgres://app:x@orders-db:5432/orders", "orders-db"},
		{"10.0.0.1:9100", "10.0.0.1"},
		{"fe80::1", "fe80::1"},
		{":8080", ":8080"},
		{"/", "/"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct span got = callee_clean(span_cstr(cases[i][0]));

		if (!span_is(got, cases[i][1]))
			fail_msg("%s gives '%.*s'", cases[i][0], (int)got.len, got.data);
	}
}

static void callees_in_text_names_what_is_said_to_fail(void **state)
{
	/* names between spaces; none at all is "" */
	static const char *const cases[][2] = {
		{"auth-2: 6.482 calls to session-store fail each second", "session-store"},
		{"orders-api-1 cannot open connections to orders-db", "orders-db"},
		{"connection to the database orders-db refused", "orders-db"},
		{"redis-1 is unreachable", "redis-1"},
		{"billing timed out", "billing"},
		{"no answer from upstream http://cart:8080/x, giving up", "cart"},
		{"calls to backend fail", "backend"},
		{"waiting for 10.0.0.7:5432: dial to 10.0.0.7:5432 refused", "10.0.0.7"},
		{"PostgreSQL on db-1:9187 uses 85% of its connections", ""},
		{"web-1 takes 441.1ms for a request", ""},
		{"31.56% of the orders placed by checkout fail", "checkout"},
		{"", ""},
		{"to", ""},
		{"--- to ---", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct span out[CALLEES_KEPT];
		struct buf all = BUF_INIT(1000);
		size_t n = callees_in_text(span_cstr(cases[i][0]), out, CALLEES_KEPT);

		for (size_t k = 0; k < n; k++) {
			if (k)
				buf_add_char(&all, ' ');
			buf_add_span(&all, out[k]);
		}
		if (strcmp(buf_cstr(&all), cases[i][1]) != 0)
			fail_msg("'%s' gives '%s'", cases[i][0], buf_cstr(&all));
		buf_release(&all);
	}
}

static void callees_in_text_keeps_to_its_room(void **state)
{
	struct span out[2];

	(void)state;
	assert_int_equal(callees_in_text(SPAN("to a-1 to b-1 to c-1 to d-1"), out, 2), 2);
	assert_true(span_is(out[1], "b-1"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(callee_label_knows_common_names),
		cmocka_unit_test(callee_clean_leaves_the_name),
		cmocka_unit_test(callees_in_text_names_what_is_said_to_fail),
		cmocka_unit_test(callees_in_text_keeps_to_its_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
