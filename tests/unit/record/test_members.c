#include "record/members.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parsed.h"

static const struct span keys[] = {{"a", 1}, {"labels", 6}, {"none", 4}};

static void value_members_finds_each_in_one_pass(void **state)
{
	struct parsed p = parse_line("{\"labels\":{\"x\":\"1\"},\"b\":true,\"a\":[2]}");
	struct value out[3];

	(void)state;
	value_members(record_root(p.r), keys, 3, out);
	assert_int_equal(out[0].type, VALUE_ARRAY);
	assert_int_equal(out[1].type, VALUE_OBJECT);
	assert_int_equal(out[2].type, VALUE_NONE);
	value_members(out[0], keys, 3, out); /* an array has no members */
	assert_int_equal(out[0].type, VALUE_NONE);
	parsed_release(&p);
}

static void value_next_text_stops_at_another_type(void **state)
{
	struct parsed p = parse_line("{\"a\":\"x\",\"b\":1,\"c\":\"y\"}");
	struct value_iter it = value_iter(record_root(p.r));
	struct span key, text;

	(void)state;
	assert_int_equal(value_next_text(&it, &key, &text), 1);
	assert_true(span_is(key, "a") && span_is(text, "x"));
	assert_int_equal(value_next_text(&it, &key, &text), -1);
	assert_true(span_is(key, "b"));
	parsed_release(&p);
}

static void value_next_text_of_no_members_is_at_its_end(void **state)
{
	struct parsed p = parse_line("{}");
	struct value_iter it = value_iter(record_root(p.r));
	struct span key, text;

	(void)state;
	assert_int_equal(value_next_text(&it, &key, &text), 0);
	parsed_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(value_members_finds_each_in_one_pass),
		cmocka_unit_test(value_next_text_stops_at_another_type),
		cmocka_unit_test(value_next_text_of_no_members_is_at_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
