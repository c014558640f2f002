/* Evidence: what is not in the record is not evidence. */
#include "aiops-triage/evidence/evidence.h"

#include "triage_test.h"

struct fixture {
	struct context context;
	struct incident incident;
	struct sources sources;
	struct member member;
};

static int set_up(void **state)
{
	struct fixture *f = mem_zalloc(sizeof *f);

	context_init(&f->context, 10, 1 << 20);
	test_add(&f->context,
		 "{\"kind\":\"log\",\"id\":\"l1\",\"timestamp\":\"2026-11-21T11:00:00Z\","
		 "\"body\":\"disk is \\\"full\\\"\"}");
	f->member = (struct member){.id = SPAN("gone"), .name = SPAN("DiskFull")};
	f->incident = (struct incident){.record_id = SPAN("INC-1#1"),
					.title = SPAN("DiskFull on db"),
					.members = &f->member,
					.n_members = 1};
	f->sources = (struct sources){.context = &f->context, .incident = &f->incident};
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	context_release(&f->context);
	free(f);
	return 0;
}

static void verify_looks_into_the_named_record_only(void **state)
{
	const struct sources *s = &((struct fixture *)*state)->sources;

	assert_true(evidence_verify(s, SPAN("l1"), SPAN("disk is \"full\"")));
	assert_false(evidence_verify(s, SPAN("l1"), SPAN("disk is empty")));
	assert_false(evidence_verify(s, SPAN("l1"), SPAN("DiskFull")));
	assert_false(evidence_verify(s, SPAN("l2"), SPAN("disk")));
	assert_false(evidence_verify(s, SPAN("l1"), SPAN_NONE));
	assert_true(evidence_verify(s, SPAN("INC-1#1"), SPAN("DiskFull")));
	assert_false(evidence_verify(s, SPAN("INC-1#2"), SPAN("DiskFull")));
	assert_false(evidence_verify(s, SPAN("gone"), SPAN("DiskFull")));
}

static void add_counts_lies_and_leaves_them_out(void **state)
{
	const struct sources *s = &((struct fixture *)*state)->sources;
	struct evidence_list l = {0};
	struct evidence truth = {
		.kind = KIND_LOG, .record_id = SPAN("l1"), .quote = SPAN("disk is"), .weight = 1};
	struct evidence lie = {.kind = KIND_LOG,
			       .record_id = SPAN("l1"),
			       .quote = SPAN("all is well"),
			       .weight = 9};

	assert_false(evidence_add(&l, s, &lie));
	assert_true(evidence_add(&l, s, &truth));
	truth.weight = 4;
	assert_true(evidence_add(&l, s, &truth));
	assert_int_equal(l.n, 1);
	assert_near(l.items[0].weight, 4);
	assert_int_equal(l.rejected, 1);
	evidence_release(&l);
}

static void sort_is_heaviest_first_and_stable(void **state)
{
	struct evidence items[] = {{.weight = 1, .signal = 0},
				   {.weight = 3, .signal = 1},
				   {.weight = 1, .signal = 2},
				   {.weight = 3, .signal = 3}};
	static const size_t order[] = {1, 3, 0, 2};
	struct evidence_list l = {.items = items, .n = 4};

	(void)state;
	evidence_sort(&l);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(l.items[i].signal, order[i]);
}

static void quote_around_long_text_begins_at_what_was_found(void **state)
{
	char text[1000];
	struct span all = span_of(text, sizeof text), q;

	(void)state;
	memset(text, 'x', sizeof text);
	memcpy(text + 500, "found it", 8);
	q = quote_around(all, span_of(text + 500, 8));
	assert_int_equal(q.len, QUOTE_BYTES);
	assert_true(span_starts(q, "found it"));
	assert_true(quote_around(all, SPAN("elsewhere")).data == text);
	assert_span(quote_around(SPAN("  short "), SPAN_NONE), "short");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(verify_looks_into_the_named_record_only, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(add_counts_lies_and_leaves_them_out, set_up,
						tear_down),
		cmocka_unit_test(sort_is_heaviest_first_and_stable),
		cmocka_unit_test(quote_around_long_text_begins_at_what_was_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
