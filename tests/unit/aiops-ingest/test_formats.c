#include "harness.h"

static void format_examples_are_read_by_name_and_by_shape(void **state)
{
	struct harness h = harness_new();

	(void)state;
	for (size_t i = 0; i < format_count(); i++)
		for (int fixed = 0; fixed < 2; fixed++) {
			harness_run(&h, fixed ? format_at(i)->name : NULL, format_at(i)->example);
			if (h.n_out == 0 || h.n_rejects || h.n_warnings)
				fail_msg("%s: %s%s", format_at(i)->name, buf_cstr(&h.rejects),
					 buf_cstr(&h.warnings));
			assert_all_valid(&h);
		}
	harness_release(&h);
}

static void formats_are_complete(void **state)
{
	(void)state;
	for (size_t i = 0; i < format_count(); i++) {
		const struct format *f = format_at(i);

		assert_ptr_equal(format_find(span_cstr(f->name)), f);
		assert_non_null(f->explain);
		assert_true(f->framing == FRAME_LINES ? f->line && f->sniff_line
						      : f->part && f->sniff_part);
		assert_true(f->framing == FRAME_DOCUMENTS || f->cuts == 0);
	}
	assert_null(format_at(format_count()));
	assert_null(format_find(SPAN("auto")));
	assert_null(format_find(SPAN("")));
}

static void format_lists_name_each_format(void **state)
{
	struct buf list = BUF_INIT(1 << 16), explained = BUF_INIT(1 << 16);

	(void)state;
	formats_list(NULL, &list);
	formats_explain_auto(&explained);
	for (size_t i = 0; i < format_count(); i++) {
		assert_has(&list, format_at(i)->name);
		assert_has(&explained, format_at(i)->name);
	}
	buf_release(&list);
	buf_release(&explained);
}

static void shapes_of_two_formats_or_of_none_are_told_not_guessed(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{"{\"resourceLogs\":[],\"__CURSOR\":\"c\"}\n",
		 "not sure: as much like otlp as like journald"},
		{"{\"index\":{\"_id\":\"1\"}}\n",
		 "not sure: looks like a body of _bulk; -f elasticsearch reads it"},
		{"{\"Type\":\"Notification\",\"TopicArn\":\"t\",\"Message\":\"hello\"}\n",
		 "not sure: looks like a message that holds no CloudWatch alarm"},
		{"up 1\n", "not sure: looks like a sample without labels"},
		{"level,message\n", "not sure: looks like a table; -f csv reads it"},
		{"level\tmessage\n", "not sure: looks like a table; -f tsv reads it"},
		{"hello\n", "not sure: neither a JSON document nor a line of a known shape"},
	};
	struct harness h = harness_new();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		harness_run(&h, NULL, cases[i].text);
		assert_int_equal(h.n_out, 0);
		assert_int_equal(h.n_rejects, 1);
		assert_rejected(&h, cases[i].why);
	}
	harness_release(&h);
}

/* A time inside of a line makes it no log if its whole shape is another's. */
static void lines_of_a_known_shape_are_not_taken_for_a_log(void **state)
{
	struct harness h = harness_new();

	(void)state;
	harness_run(&h, NULL, "<34>1 - h a - - - x time=2026-11-21T09:09:19Z y\n");
	assert_out(&h, "\"source\":\"syslog\"");
	harness_run(
		&h, NULL,
		"{\"_HOSTNAME\":\"h\",\"__CURSOR\":\"c\",\"MESSAGE\":\"m\"}\n{\"_other\":1}\n{\"_barrier\":1}\n");
	assert_out(&h, "\"source\":\"journald\"");
	assert_out(&h, "}\n{\"_other\":1}\n{\"_barrier\":1}\n");
	assert_int_equal(h.n_rejects, 0);
	harness_release(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(format_examples_are_read_by_name_and_by_shape),
		cmocka_unit_test(formats_are_complete),
		cmocka_unit_test(format_lists_name_each_format),
		cmocka_unit_test(shapes_of_two_formats_or_of_none_are_told_not_guessed),
		cmocka_unit_test(lines_of_a_known_shape_are_not_taken_for_a_log),
	};

	return cmocka_run_group_tests(tests, harness_setup, NULL);
}
