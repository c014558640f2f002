/* Records kept as context. */
#include "aiops-triage/evidence/context.h"

#include <stdio.h>

#include "triage_test.h"

#define HEAD(kind, id)                                                                             \
	"{\"kind\":\"" kind "\",\"id\":\"" id                                                      \
	"\",\"timestamp\":\"2026-11-21T11:00:00Z\",\"source\":\"t\""

/* Records of all kinds. */
static size_t count(const struct context *c)
{
	size_t n = 0;

	for (int k = 0; k < CONTEXT_KINDS; k++)
		n += c->rings[k].n;
	return n;
}

static void item_keeps_texts_of_its_own(void **state)
{
	struct context c;
	const struct item *it;

	(void)state;
	context_init(&c, 10, 1 << 20);
	test_add(&c, HEAD("change", "c1") ",\"service\":\"api\",\"labels\":{\"a\":\"b\",\"n\":1},"
					  "\"annotations\":{\"note\":\"said so\"},"
					  "\"change\":{\"type\":\"deploy\",\"to\":\"2.4.1\"}}");
	it = context_find(&c, SPAN("c1"));
	assert_non_null(it);
	assert_int_equal(it->kind, KIND_CHANGE);
	assert_span(it->fields[ITEM_SERVICE], "api");
	assert_span(it->fields[ITEM_CHANGE_TO], "2.4.1");
	assert_int_equal(it->n_labels, 1);
	assert_true(item_contains(it, SPAN("said so")));
	assert_true(item_contains(it, SPAN("2.4")));
	assert_false(item_contains(it, SPAN("2.5")));
	assert_false(item_contains(it, SPAN_NONE));
	assert_span(item_headline(it), "2.4.1");
	context_release(&c);
}

static void item_unhealthy_by_flag_or_threshold(void **state)
{
	static const struct {
		const char *rest;
		bool unhealthy;
	} cases[] = {
		{",\"value\":5,\"threshold\":4,\"condition\":\"above\"}", true},
		{",\"value\":4,\"threshold\":4,\"condition\":\"above\"}", false},
		{",\"value\":3,\"threshold\":4,\"condition\":\"below\"}", true},
		{",\"value\":5,\"threshold\":4,\"condition\":\"above\",\"healthy\":true}", false},
		{",\"value\":1,\"healthy\":false}", true},
		{",\"value\":1e999,\"threshold\":4,\"condition\":\"above\"}", false},
		{",\"value\":\"5\",\"threshold\":4,\"condition\":\"above\"}", false},
		{"}", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char json[400];
		struct context c;

		context_init(&c, 10, 1 << 20);
		(void)snprintf(json, sizeof json, "%s%s", HEAD("metric", "m"), cases[i].rest);
		test_add(&c, json);
		if (context_find(&c, SPAN("m"))->unhealthy != cases[i].unhealthy)
			fail_msg("%s", cases[i].rest);
		context_release(&c);
	}
}

static void add_leaves_out_what_cannot_be_used(void **state)
{
	struct context c;

	(void)state;
	context_init(&c, 10, 1 << 20);
	test_add(&c, HEAD("heartbeat", "h") "}");
	test_add(&c, HEAD("alert", "r") ",\"status\":\"resolved\"}");
	test_add(&c, "{\"kind\":\"log\",\"timestamp\":\"2026-11-21T11:00:00Z\",\"body\":\"x\"}");
	test_add(&c, "{\"kind\":\"log\",\"id\":\"l\",\"timestamp\":\"noon\",\"body\":\"x\"}");
	test_add(&c, "{\"kind\":7,\"id\":[],\"timestamp\":{}}");
	assert_int_equal(count(&c), 0);
	context_release(&c);
}

static void add_same_id_is_the_same_record(void **state)
{
	struct context c;

	(void)state;
	context_init(&c, 10, 1 << 20);
	test_add(&c, HEAD("log", "l") ",\"body\":\"first\"}");
	test_add(&c, HEAD("log", "l") ",\"body\":\"again\"}");
	assert_int_equal(count(&c), 1);
	assert_span(context_at(&c, CONTEXT_LOGS, 0)->fields[ITEM_BODY], "first");
	context_release(&c);
}

static void add_flood_of_one_kind_spares_the_others(void **state)
{
	struct context c;

	(void)state;
	context_init(&c, 5, 1 << 20);
	test_add(&c, HEAD("change", "c") "}");
	for (int i = 0; i < 200; i++) {
		char json[200];

		(void)snprintf(json, sizeof json, "%s", HEAD("log", "l000") "}");
		memcpy(strstr(json, "l000") + 1,
		       (char[]){(char)('0' + i / 100), (char)('0' + i / 10 % 10),
				(char)('0' + i % 10)},
		       3);
		test_add(&c, json);
	}
	assert_non_null(context_find(&c, SPAN("c")));
	assert_int_equal(c.rings[CONTEXT_LOGS].n, 5);
	assert_int_equal(c.rings[CONTEXT_LOGS].dropped, 195);
	assert_null(context_find(&c, SPAN("l194")));
	assert_span(context_at(&c, CONTEXT_LOGS, 0)->fields[ITEM_ID], "l195");
	assert_span(context_at(&c, CONTEXT_LOGS, 4)->fields[ITEM_ID], "l199");
	assert_null(context_at(&c, CONTEXT_LOGS, 5));
	context_release(&c);
}

static void add_over_the_bytes_drops_from_the_largest(void **state)
{
	enum { BIG = 3000 };
	char json[BIG + 300];
	struct context c;

	(void)state;
	context_init(&c, 1000, 20000);
	test_add(&c, HEAD("alert", "a") ",\"name\":\"x\"}");
	for (int i = 0; i < 20; i++) {
		size_t n = (size_t)snprintf(
			json, sizeof json, "%s%c\",\"body\":\"",
			"{\"kind\":\"log\",\"timestamp\":\"2026-11-21T11:00:00Z\",\"id\":\"",
			'a' + 1 + i);

		memset(json + n, 'x', BIG);
		memcpy(json + n + BIG, "\"}", 3);
		test_add(&c, json);
	}
	assert_non_null(context_find(&c, SPAN("a")));
	assert_true(c.bytes <= 20000);
	assert_true(c.rings[CONTEXT_LOGS].dropped > 0);
	assert_int_equal(c.rings[CONTEXT_LOGS].n + c.rings[CONTEXT_LOGS].dropped, 20);
	context_release(&c);
}

static void cut_text_keeps_characters_whole(void **state)
{
	(void)state;
	assert_span(cut_text(SPAN("a\xC3\xA4"), 3), "a\xC3\xA4");
	assert_span(cut_text(SPAN("a\xC3\xA4z"), 2), "a");
	assert_span(cut_text(SPAN("\xE2\x82\xAC"), 2), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(item_keeps_texts_of_its_own),
		cmocka_unit_test(item_unhealthy_by_flag_or_threshold),
		cmocka_unit_test(add_leaves_out_what_cannot_be_used),
		cmocka_unit_test(add_same_id_is_the_same_record),
		cmocka_unit_test(add_flood_of_one_kind_spares_the_others),
		cmocka_unit_test(add_over_the_bytes_drops_from_the_largest),
		cmocka_unit_test(cut_text_keeps_characters_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
