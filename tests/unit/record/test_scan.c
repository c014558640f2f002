/*
 * Lines that are read by a remembered shape are what the full parser says they
 * are. Longer: make torture.
 */
#include "record/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parsed.h"
#include "scan_differ.h"

static void both_parsers_agree_on_lines_made_to_be_alike(void **state)
{
	struct differ d;

	(void)state;
	differ_init(&d, 20261121);
	for (int i = 0; i < 60000; i++)
		if (!differ_step(&d))
			fail_msg("differ after %llu lines: '%.*s'", (unsigned long long)d.lines,
				 (int)d.line.len, d.line.data);
	assert_true(d.accepted > 20000 && d.accepted < 50000);
	assert_true(d.known > d.accepted / 2); /* the shapes were of use */
	differ_release(&d);
}

static const char *const watched[] = {"name", "labels", "value"};

static void begin(struct parsed *p)
{
	*p = (struct parsed){.r = record_new(RECORD_DEFAULT_MAX)};
	record_watch(p->r, watched, 3, 2);
}

static double value_of(struct parsed *p, const char *line)
{
	parse_again(p, span_cstr(line));
	assert_int_equal(p->why, REJECT_NONE);
	assert_int_equal(record_field(p->r, watched, 2).type, VALUE_NUMBER);
	return record_field(p->r, watched, 2).number;
}

static void expect_key(struct parsed *p, const char *key)
{
	expect_span(record_key(p->r), key);
	assert_true(record_key_version(p->r) != 0);
}

static void the_key_is_the_source_of_the_series(void **state)
{
	struct parsed p;

	(void)state;
	begin(&p);
	(void)value_of(&p, "{\"name\":\"a\",\"labels\":{\"z\":\"1\"},\"value\":1.5}");
	expect_key(&p, "\n\"a\"\n{\"z\":\"1\"}");
	assert_true(value_of(&p, "{\"name\":\"a\",\"labels\":{\"z\":\"1\"},\"value\":25e-1}") ==
		    2.5);
	expect_key(&p, "\n\"a\"\n{\"z\":\"1\"}");
	assert_true(value_of(&p, "{\"name\":\"a\",\"labels\":{\"z\":\"22\"},\"value\":3}") == 3);
	expect_key(&p, "\n\"a\"\n{\"z\":\"22\"}");
	/* another label name is another shape and another key */
	(void)value_of(&p, "{\"name\":\"a\",\"labels\":{\"y\":\"22\"},\"value\":3}");
	expect_key(&p, "\n\"a\"\n{\"y\":\"22\"}");
	(void)value_of(&p, "{\"labels\":{\"y\":\"22\"},\"value\":3}");
	expect_key(&p, "\n\n{\"y\":\"22\"}");
	parsed_release(&p);
}

static void a_line_that_is_rejected_leaves_no_trace(void **state)
{
	struct parsed p;

	(void)state;
	begin(&p);
	assert_true(value_of(&p, "{\"name\":\"a\",\"labels\":{},\"value\":1}") == 1);
	assert_true(value_of(&p, "{\"name\":\"b\",\"labels\":{},\"value\":2}") == 2);
	parse_again(&p, SPAN("{\"name\":\"c\",\"labels\":{},\"value\":3"));
	assert_int_equal(p.why, REJECT_SYNTAX);
	parse_again(&p, SPAN("{\"name\":\"c\",\"labels\":{},\"value\":03}"));
	assert_int_equal(p.why, REJECT_SYNTAX);
	parse_again(&p, SPAN("{\"name\":\"c\n\",\"labels\":{},\"value\":3}"));
	assert_int_equal(p.why, REJECT_SYNTAX);
	assert_true(value_of(&p, "{\"name\":\"c\",\"labels\":{},\"value\":4}") == 4);
	expect_span(record_text(p.r, "name"), "c");
	parsed_release(&p);
}

/* What stood escaped in the first line must not let raw bytes pass in the next. */
static void unescaped_text_of_a_shape_is_not_taken_for_source(void **state)
{
	struct parsed p;

	(void)state;
	begin(&p);
	(void)value_of(&p, "{\"name\":\"a\\tb\",\"labels\":{},\"value\":1}");
	(void)value_of(&p, "{\"name\":\"a\\tc\",\"labels\":{},\"value\":1}");
	parse_again(&p, SPAN("{\"name\":\"a\tb\",\"labels\":{},\"value\":1}"));
	assert_int_equal(p.why, REJECT_SYNTAX);
	parsed_release(&p);
}

static void splicing_works_on_lines_of_a_shape(void **state)
{
	struct buf out = BUF_INIT(1000);
	struct parsed p;

	(void)state;
	begin(&p);
	(void)value_of(&p, "{\"name\":\"a\",\"drift\":1,\"value\":1}");
	(void)value_of(&p, "{\"name\":\"b\",\"drift\":22,\"value\":2}");
	record_splice(p.r, "drift", SPAN("{}"), &out);
	expect_span(buf_span(&out), "{\"name\":\"b\",\"value\":2,\"drift\":{}}\n");
	buf_release(&out);
	parsed_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_parsers_agree_on_lines_made_to_be_alike),
		cmocka_unit_test(the_key_is_the_source_of_the_series),
		cmocka_unit_test(a_line_that_is_rejected_leaves_no_trace),
		cmocka_unit_test(unescaped_text_of_a_shape_is_not_taken_for_source),
		cmocka_unit_test(splicing_works_on_lines_of_a_shape),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
