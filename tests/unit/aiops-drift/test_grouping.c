#include "aiops-drift/compare/grouping.h"

#include <stdio.h>

#include "drift_test.h"

static struct test_record rec;

static void expect_name(const char *value, const char *by, const char *json, const char *want)
{
	struct err e = ERR_INIT;
	struct grouping g;
	struct place p;
	struct buf out = BUF_INIT(1000);
	const char *list[] = {by};

	assert_int_equal(grouping_init(&g, value, list, by ? 1 : 0, &e), 0);
	assert_int_equal(grouping_place(&g, test_parse(&rec, json), &p, &e), 0);
	place_name(&p, &out);
	assert_string_equal(buf_cstr(&out), want);
	buf_release(&out);
	grouping_release(&g);
}

static void name_and_labels_sorted(void **state)
{
	(void)state;
	expect_name(NULL, NULL, "{\"name\":\"up\"}", "up");
	expect_name(NULL, NULL,
		    "{\"name\":\"up\",\"labels\":{\"zone\":\"b\",\"instance\":\"a:9\"}}",
		    "up{instance=\"a:9\",zone=\"b\"}");
	expect_name(NULL, NULL,
		    "{\"name\":\"up\",\"labels\":{\"__name__\":\"up\",\"empty\":\"\",\"n\":null}}",
		    "up");
}

static void labels_that_are_no_strings_tell_series_apart(void **state)
{
	(void)state;
	expect_name(NULL, NULL,
		    "{\"name\":\"up\",\"labels\":{\"shard\":1,\"a.b\":2.50,\"x\\\\\":true}}",
		    "up{a.b=\"2.50\",shard=\"1\",\"x\\\\\"=\"true\"}");
	expect_name(NULL, NULL, "{\"name\":\"up\",\"labels\":{\"n\":null,\"l\":[1],\"o\":{}}}",
		    "up");
}

static void unnamed_record_takes_the_value_path(void **state)
{
	(void)state;
	expect_name(NULL, NULL, "{}", "value");
	expect_name("latency.ms", NULL, "{\"labels\":{\"a\":\"b\"}}", "latency.ms{a=\"b\"}");
}

static void by_chosen_paths(void **state)
{
	static const char json[] =
		"{\"name\":\"up\",\"service\":\"cart\",\"code\":500,\"ok\":true,\"labels\":{\"zone\":\"b\"}}";

	(void)state;
	expect_name(NULL, "service", json, "value{service=\"cart\"}");
	expect_name(NULL, "service,name", json, "up{service=\"cart\"}");
	expect_name(NULL, "labels.zone, code,ok", json,
		    "value{code=\"500\",labels.zone=\"b\",ok=\"true\"}");
	expect_name(NULL, "absent", json, "value");
	expect_name("confidence", "service", json, "confidence{service=\"cart\"}");
}

/* A name can be chosen so that it looks like another feature's; it is quoted then. */
static void names_cannot_be_forged(void **state)
{
	(void)state;
	expect_name(NULL, NULL, "{\"name\":\"up{a=\\\"b\\\"}\"}", "\"up{a=\\\"b\\\"}\"");
	expect_name(NULL, NULL, "{\"name\":\"up\",\"labels\":{\"a\":\"b\\\",c=\\\"d\"}}",
		    "up{a=\"b\\\",c=\\\"d\"}");
	expect_name(NULL, NULL, "{\"name\":\"up\",\"labels\":{\"a=\":\"b\"}}", "up{\"a=\"=\"b\"}");
}

static void escaped_and_raw_text_are_one_feature(void **state)
{
	(void)state;
	expect_name(NULL, NULL, "{\"name\":\"up\",\"labels\":{\"a\":\"\\u00e9\"}}",
		    "up{a=\"\xc3\xa9\"}");
	expect_name(NULL, NULL, "{\"name\":\"up\",\"labels\":{\"a\":\"\xc3\xa9\"}}",
		    "up{a=\"\xc3\xa9\"}");
}

static void init_refuses_empty_and_too_many_paths(void **state)
{
	const char *empty[] = {"a,,b"}, *none[] = {""}, *many[GROUPING_MAX + 1];
	struct grouping g;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(grouping_init(&g, NULL, empty, 1, &e), -1);
	assert_int_equal(e.code, EX_BADUSAGE);
	assert_int_equal(grouping_init(&g, NULL, none, 1, &e), -1);
	assert_int_equal(grouping_init(&g, "", NULL, 0, &e), -1);
	for (size_t i = 0; i < ARRAY_LEN(many); i++)
		many[i] = "x";
	err_clear(&e);
	assert_int_equal(grouping_init(&g, NULL, many, ARRAY_LEN(many), &e), -1);
	assert_non_null(strstr(e.text, "more than 64"));
}

static void place_refuses_too_many_labels(void **state)
{
	struct grouping g;
	struct place p;
	struct err e = ERR_INIT;
	char json[4000];
	int n = snprintf(json, sizeof json, "{\"name\":\"x\",\"labels\":{\"l\":\"v\"");

	(void)state;
	for (int i = 0; i < GROUPING_MAX; i++)
		n += snprintf(json + n, sizeof json - (size_t)n, ",\"l%d\":\"v\"", i);
	snprintf(json + n, sizeof json - (size_t)n, "}}");
	assert_int_equal(grouping_init(&g, NULL, NULL, 0, &e), 0);
	assert_int_equal(grouping_place(&g, test_parse(&rec, json), &p, &e), -1);
	assert_int_equal(e.code, EX_BADDATA);
	grouping_release(&g);
}

static void labels_as_json(void **state)
{
	struct grouping g;
	struct place p;
	struct err e = ERR_INIT;
	struct buf out = BUF_INIT(1000);

	(void)state;
	assert_int_equal(grouping_init(&g, NULL, NULL, 0, &e), 0);
	assert_int_equal(
		grouping_place(&g, test_parse(&rec, "{\"labels\":{\"b\":\"\\\"\",\"a\":\"1\"}}"),
			       &p, &e),
		0);
	place_labels(&p, &out);
	assert_string_equal(buf_cstr(&out), "{\"a\":\"1\",\"b\":\"\\\"\"}");
	buf_release(&out);
	grouping_release(&g);
}

static int free_record(void **state)
{
	(void)state;
	record_free(rec.record);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(name_and_labels_sorted),
		cmocka_unit_test(labels_that_are_no_strings_tell_series_apart),
		cmocka_unit_test(unnamed_record_takes_the_value_path),
		cmocka_unit_test(by_chosen_paths),
		cmocka_unit_test(names_cannot_be_forged),
		cmocka_unit_test(escaped_and_raw_text_are_one_feature),
		cmocka_unit_test(init_refuses_empty_and_too_many_paths),
		cmocka_unit_test(place_refuses_too_many_labels),
		cmocka_unit_test(labels_as_json),
	};

	return cmocka_run_group_tests(tests, NULL, free_record);
}
