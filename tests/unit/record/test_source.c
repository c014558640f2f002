#include "record/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parsed.h"

static void expect_splice(const char *line, const char *key, const char *json, const char *expected)
{
	struct parsed p = parse_line(line);
	struct buf out = BUF_INIT(10000);

	if (p.why != REJECT_NONE)
		fail_msg("'%s' was refused: %s", line, p.e.text);
	record_splice(p.r, key, span_cstr(json), &out);
	if (!span_is(buf_span(&out), expected))
		fail_msg("'%s' became '%s', not '%s'", line, buf_cstr(&out), expected);
	/* What was written is a record again, in which the key stands once. */
	out.len--;
	parse_again(&p, buf_span(&out));
	assert_int_equal(p.why, REJECT_NONE);
	expect_span(record_token(p.r, key), json);
	buf_release(&out);
	parsed_release(&p);
}

static void splice_adds_the_key_before_the_last_brace(void **state)
{
	(void)state;
	expect_splice("{\"a\":1}", "k", "2", "{\"a\":1,\"k\":2}\n");
	expect_splice("{\"a\":{\"b\":\"}\"}}", "k", "[{}]", "{\"a\":{\"b\":\"}\"},\"k\":[{}]}\n");
	expect_splice("{\"a\":1 }", "k", "2", "{\"a\":1 ,\"k\":2}\n");
}

static void splice_into_an_empty_object_has_no_comma(void **state)
{
	(void)state;
	expect_splice("{}", "k", "2", "{\"k\":2}\n");
	expect_splice(" { } ", "k", "2", " { \"k\":2}\n");
}

static void splice_drops_white_space_behind_the_brace(void **state)
{
	(void)state;
	expect_splice("{\"a\":1}\r", "k", "2", "{\"a\":1,\"k\":2}\n");
	expect_splice("{\"a\":1} \t \r", "k", "2", "{\"a\":1,\"k\":2}\n");
}

static void splice_keeps_every_other_byte(void **state)
{
	(void)state;
	expect_splice(
		"  {\"z\":0.1,\t\"a\" : 1e3,\"b\":1.10,\"c\":1234567890123456789012345678901234567890,"
		"\"d\":\"\\/\\u00e9\xC3\xA9\",\"e\":-0,\"f\":1e309}",
		"k", "{\"x\":[1.0]}",
		"  {\"z\":0.1,\t\"a\" : 1e3,\"b\":1.10,\"c\":1234567890123456789012345678901234567890,"
		"\"d\":\"\\/\\u00e9\xC3\xA9\",\"e\":-0,\"f\":1e309,\"k\":{\"x\":[1.0]}}\n");
}

static void splice_takes_the_old_member_out_wherever_it_is(void **state)
{
	(void)state;
	expect_splice("{\"k\":1}", "k", "2", "{\"k\":2}\n");
	expect_splice("{ \"k\" : 1 }", "k", "2", "{  \"k\":2}\n");
	expect_splice("{\"k\":1,\"a\":1}", "k", "2", "{\"a\":1,\"k\":2}\n");
	expect_splice("{\"k\" : [1,{\"x\":\"]\"}] , \"a\":1}", "k", "2", "{\"a\":1,\"k\":2}\n");
	expect_splice("{\"a\":1,\"k\":{\"k\":1},\"b\":2}", "k", "2", "{\"a\":1,\"b\":2,\"k\":2}\n");
	expect_splice("{\"a\":1 , \"k\" : \"\\\",\" , \"b\":2}", "k", "2",
		      "{\"a\":1  , \"b\":2,\"k\":2}\n");
	expect_splice("{\"a\":1,\"k\":null}", "k", "2", "{\"a\":1,\"k\":2}\n");
	expect_splice("{\"a\":1,\"k\":-1.5e3 }", "k", "2", "{\"a\":1 ,\"k\":2}\n");
}

static void splice_finds_an_old_key_that_is_escaped(void **state)
{
	(void)state;
	expect_splice("{\"a\":1,\"\\u006b\":1,\"b\":2}", "k", "2", "{\"a\":1,\"b\":2,\"k\":2}\n");
}

static void splice_leaves_nested_members_of_that_name(void **state)
{
	(void)state;
	expect_splice("{\"a\":{\"k\":1},\"b\":[{\"k\":1}],\"kk\":\"k\"}", "k", "2",
		      "{\"a\":{\"k\":1},\"b\":[{\"k\":1}],\"kk\":\"k\",\"k\":2}\n");
}

static void splice_over_a_number_that_the_dom_refuses(void **state)
{
	(void)state;
	expect_splice("{\"k\":1e999,\"a\":99999999999999999999999}", "k", "2",
		      "{\"a\":99999999999999999999999,\"k\":2}\n");
}

static void splice_past_the_maximum_overflows(void **state)
{
	struct parsed p = parse_line("{\"a\":1}");
	struct buf out = BUF_INIT(12);

	(void)state;
	record_splice(p.r, "k", SPAN("222"), &out);
	assert_true(buf_overflowed(&out));
	assert_int_equal(out.len, 0);
	buf_release(&out);
	parsed_release(&p);
}

static void splice_appends_to_what_the_buffer_holds(void **state)
{
	struct parsed p = parse_line("{\"a\":1}");
	struct buf out = BUF_INIT(100);

	(void)state;
	record_splice(p.r, "k", SPAN("1"), &out);
	record_splice(p.r, "a", SPAN("2"), &out);
	assert_string_equal(buf_cstr(&out), "{\"a\":1,\"k\":1}\n{\"a\":2}\n");
	buf_release(&out);
	parsed_release(&p);
}

static void record_token_is_the_source_of_any_value(void **state)
{
	struct parsed p = parse_line(
		" { \"n\" : 1.10 , \"s\":\"\\/\\\"x\",\"a\" : [ 0.1 , [ ] ,{\"b\" :1e3}\t],"
		"\"o\":{ \"\\u0061\": true },\"\\\"\":null}\r");

	(void)state;
	assert_int_equal(p.why, REJECT_NONE);
	expect_span(record_token(p.r, "n"), "1.10");
	expect_span(record_token(p.r, "s"), "\"\\/\\\"x\"");
	expect_span(record_token(p.r, "a"), "[ 0.1 , [ ] ,{\"b\" :1e3}\t]");
	expect_span(record_token(p.r, "a.0"), "0.1");
	expect_span(record_token(p.r, "a.1"), "[ ]");
	expect_span(record_token(p.r, "a.2.b"), "1e3");
	expect_span(record_token(p.r, "o"), "{ \"\\u0061\": true }");
	expect_span(record_token(p.r, "o.a"), "true");
	expect_span(record_token(p.r, "\""), "null");
	parsed_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(splice_adds_the_key_before_the_last_brace),
		cmocka_unit_test(splice_into_an_empty_object_has_no_comma),
		cmocka_unit_test(splice_drops_white_space_behind_the_brace),
		cmocka_unit_test(splice_keeps_every_other_byte),
		cmocka_unit_test(splice_takes_the_old_member_out_wherever_it_is),
		cmocka_unit_test(splice_finds_an_old_key_that_is_escaped),
		cmocka_unit_test(splice_leaves_nested_members_of_that_name),
		cmocka_unit_test(splice_over_a_number_that_the_dom_refuses),
		cmocka_unit_test(splice_past_the_maximum_overflows),
		cmocka_unit_test(splice_appends_to_what_the_buffer_holds),
		cmocka_unit_test(record_token_is_the_source_of_any_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
