#include "record/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parsed.h"

static void record_get_gives_every_type(void **state)
{
	struct parsed p =
		parse_line("{\"n\":null,\"t\":true,\"f\":false,\"i\":-3,\"u\":18446744073709551615,"
			   "\"d\":2.5,\"s\":\"x\\ny\",\"a\":[],\"o\":{}}");

	(void)state;
	assert_int_equal(record_get(p.r, "n").type, VALUE_NULL);
	assert_int_equal(record_get(p.r, "t").type, VALUE_BOOL);
	assert_true(record_get(p.r, "t").boolean);
	assert_int_equal(record_get(p.r, "f").type, VALUE_BOOL);
	assert_false(record_get(p.r, "f").boolean);
	assert_true(record_get(p.r, "i").number + 3 == 0);
	assert_true(record_get(p.r, "u").number - 18446744073709551616.0 == 0);
	assert_true(record_get(p.r, "d").number - 2.5 == 0);
	assert_int_equal(record_get(p.r, "s").type, VALUE_STRING);
	expect_span(record_get(p.r, "s").text, "x\ny");
	assert_int_equal(record_get(p.r, "a").type, VALUE_ARRAY);
	assert_int_equal(record_get(p.r, "o").type, VALUE_OBJECT);
	assert_int_equal(record_get(p.r, "missing").type, VALUE_NONE);
	parsed_release(&p);
}

static void record_get_follows_paths(void **state)
{
	struct parsed p = parse_line(
		"{\"labels\":{\"alertname\":\"A\",\"host.name\":\"h\",\"\":\"empty\",\"b\\\\c\":\"back\"},"
		"\"values\":[[1,\"2\"],{\"x\":[{\"y\":\"deep\"}]}],\"0\":\"zero\"}");

	(void)state;
	expect_span(record_text(p.r, "labels.alertname"), "A");
	expect_span(record_text(p.r, "labels.host\\.name"), "h");
	expect_span(record_text(p.r, "labels.b\\\\c"), "back");
	expect_span(record_text(p.r, "labels."), "empty");
	expect_span(record_text(p.r, "values.0.1"), "2");
	expect_span(record_text(p.r, "values.1.x.0.y"), "deep");
	expect_span(record_text(p.r, "0"), "zero");
	parsed_release(&p);
}

static void record_get_of_a_path_that_leads_nowhere_is_none(void **state)
{
	static const char *const paths[] = {
		"",       ".",      "a.b.c",           "a.x",
		"a.x.y",  "list.3", "list.-1",         "list.00000000000000000001",
		"list.x", "list.",  "text.0",          "list.0.0",
		"a\\.x",  "a..b",   "list.4294967296", "n.x",
	};
	struct parsed p =
		parse_line("{\"a\":{\"b\":1},\"list\":[1,2,3],\"text\":\"t\",\"n\":null}");

	(void)state;
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		if (record_get(p.r, paths[i]).type != VALUE_NONE)
			fail_msg("'%s' leads somewhere", paths[i]);
		assert_null(record_token(p.r, paths[i]).data);
		assert_null(record_text(p.r, paths[i]).data);
	}
	parsed_release(&p);
}

static void record_get_of_a_path_deeper_than_any_record_is_none(void **state)
{
	struct buf b = BUF_INIT(1000);
	struct parsed p;

	(void)state;
	for (int i = 0; i < 64; i++)
		buf_add_cstr(&b, "{\"a\":");
	buf_add_cstr(&b, "7");
	for (int i = 0; i < 64; i++)
		buf_add_char(&b, '}');
	p = parse_span(buf_span(&b));
	assert_int_equal(p.why, REJECT_NONE);
	buf_clear(&b);
	for (int i = 0; i < 64; i++)
		buf_add_cstr(&b, i ? ".a" : "a");
	expect_span(record_token(p.r, buf_cstr(&b)), "7");
	for (int i = 0; i < 10; i++) {
		buf_add_cstr(&b, ".a");
		assert_int_equal(record_get(p.r, buf_cstr(&b)).type, VALUE_NONE);
	}
	parsed_release(&p);
	buf_release(&b);
}

static void record_text_of_another_type_is_none(void **state)
{
	struct parsed p = parse_line("{\"n\":1,\"e\":\"\",\"z\":\"a\\u0000b\"}");

	(void)state;
	assert_null(record_text(p.r, "n").data);
	assert_non_null(record_text(p.r, "e").data);
	assert_int_equal(record_text(p.r, "e").len, 0);
	assert_int_equal(record_text(p.r, "z").len, 3);
	assert_memory_equal(record_text(p.r, "z").data, "a\0b", 3);
	parsed_release(&p);
}

static void value_member_takes_exact_bytes(void **state)
{
	struct parsed p = parse_line("{\"o\":{\"a.b\":1,\"a\\\\.b\":2},\"l\":[1]}");
	struct value o = record_get(p.r, "o");

	(void)state;
	assert_true(value_member(o, SPAN("a.b")).number - 1 == 0);
	assert_true(value_member(o, SPAN("a\\.b")).number - 2 == 0);
	assert_int_equal(value_member(o, SPAN("a")).type, VALUE_NONE);
	assert_int_equal(value_member(record_get(p.r, "l"), SPAN("0")).type, VALUE_NONE);
	assert_int_equal(value_member((struct value){.type = VALUE_NONE}, SPAN("a")).type,
			 VALUE_NONE);
	parsed_release(&p);
}

static void value_next_goes_in_source_order(void **state)
{
	struct parsed p = parse_line("{\"z\":1.5,\"a\":[{\"skip\":1},2],\"m\":\"\",\"k\":{}}");
	struct value_iter it = value_iter(record_get(p.r, "a"));
	struct span key = SPAN("untouched");
	struct value v;

	(void)state;
	assert_true(value_next(&it, &key, &v));
	assert_null(key.data);
	assert_int_equal(v.type, VALUE_OBJECT);
	expect_span(record_token(p.r, "a.0"), "{\"skip\":1}");
	assert_true(value_next(&it, NULL, &v));
	assert_true(v.number - 2 == 0);
	assert_false(value_next(&it, &key, &v));
	assert_false(value_next(&it, &key, &v));
	parsed_release(&p);
}

static void value_next_gives_the_keys_of_objects(void **state)
{
	static const char *const keys[] = {"z", "a", "\"", "k"};
	struct parsed p =
		parse_line("{\"o\":{\"z\":1.5,\"a\":[1],\"\\\"\":\"\",\"k\":{\"x\":{}}}}");
	struct value_iter it = value_iter(record_get(p.r, "o"));
	struct span key;
	struct value v;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_true(value_next(&it, &key, &v));
		expect_span(key, keys[i]);
	}
	assert_false(value_next(&it, &key, &v));
	parsed_release(&p);
}

static void value_iter_of_no_container_ends_at_once(void **state)
{
	struct parsed p = parse_line("{\"n\":1,\"e\":{},\"l\":[]}");
	static const char *const paths[] = {"n", "e", "l", "missing"};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct value_iter it = value_iter(record_get(p.r, paths[i]));
		struct value v;

		assert_false(value_next(&it, NULL, &v));
	}
	parsed_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(record_get_gives_every_type),
		cmocka_unit_test(record_get_follows_paths),
		cmocka_unit_test(record_get_of_a_path_that_leads_nowhere_is_none),
		cmocka_unit_test(record_get_of_a_path_deeper_than_any_record_is_none),
		cmocka_unit_test(record_text_of_another_type_is_none),
		cmocka_unit_test(value_member_takes_exact_bytes),
		cmocka_unit_test(value_next_goes_in_source_order),
		cmocka_unit_test(value_next_gives_the_keys_of_objects),
		cmocka_unit_test(value_iter_of_no_container_ends_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
