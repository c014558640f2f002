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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(format_examples_are_read_by_name_and_by_shape),
		cmocka_unit_test(formats_are_complete),
		cmocka_unit_test(format_lists_name_each_format),
	};

	return cmocka_run_group_tests(tests, harness_setup, NULL);
}
