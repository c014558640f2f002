/* Suspects: rows, names, points. */
#include "aiops-triage/explain/suspect.h"

#include <math.h>

#include "triage_test.h"

static const char disk[] = "version: 1\nid: disk\ntitle: D\ntext: \"{component}\"\nsignals:\n"
			   "  - {alert: disk, weight: 4}\n  - {alert: full, weight: 2}\n"
			   "first_action: {text: look, effect: read}\n";
static const char node[] =
	"version: 1\nid: node\ntitle: N\ntext: \"{component}\"\nsignals:\n"
	"  - {alert: node, weight: 3}\nfirst_action: {text: look, effect: read}\n";

struct fixture {
	struct signatures signatures;
	struct suspects suspects;
};

static int set_up(void **state)
{
	struct fixture *f = mem_zalloc(sizeof *f);

	signatures_init(&f->signatures);
	test_signatures(&f->signatures, disk);
	test_signatures(&f->signatures, node);
	suspects_init(&f->suspects, &f->signatures);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	suspects_release(&f->suspects);
	signatures_release(&f->signatures);
	free(f);
	return 0;
}

static void row_folds_replicas_into_their_service(void **state)
{
	struct suspects *ss = &((struct fixture *)*state)->suspects;
	size_t one = suspects_row(ss, SPAN("api-1"), SPAN("api"));

	assert_span(suspect_name(&ss->items[one]), "api-1");
	assert_int_equal(suspects_row(ss, SPAN("api-1"), SPAN_NONE), one);
	assert_span(suspect_name(&ss->items[one]), "api-1");
	assert_int_equal(suspects_row(ss, SPAN("api-2"), SPAN("api")), one);
	assert_span(suspect_name(&ss->items[one]), "api");
	assert_int_equal(suspects_find(ss, SPAN("api-2")), one);
	assert_int_equal(suspects_find(ss, SPAN("db")), SUSPECT_NOWHERE);
	assert_int_equal(suspects_row(ss, SPAN_NONE, SPAN_NONE), SUSPECT_NOWHERE);
}

static void row_beyond_the_limit_is_nowhere(void **state)
{
	struct suspects *ss = &((struct fixture *)*state)->suspects;
	static char names[SUSPECTS_MAX + 10][8];

	for (size_t i = 0; i < SUSPECTS_MAX + 10; i++) {
		names[i][0] = (char)('A' + i / 26);
		names[i][1] = (char)('a' + i % 26);
		(void)suspects_row(ss, span_cstr(names[i]), SPAN_NONE);
	}
	assert_int_equal(ss->n, SUSPECTS_MAX);
	assert_int_equal(suspects_row(ss, SPAN("zz"), SPAN_NONE), SUSPECT_NOWHERE);
}

static void point_counts_each_signal_once(void **state)
{
	struct suspects *ss = &((struct fixture *)*state)->suspects;
	size_t a = suspects_row(ss, SPAN("a"), SPAN_NONE),
	       b = suspects_row(ss, SPAN("b"), SPAN_NONE);
	double score;

	assert_true(suspects_point(ss, a, 0, 1));
	assert_false(suspects_point(ss, a, 0, 1));
	assert_true(suspects_point(ss, b, 0, 0.5));
	assert_true(suspects_point(ss, b, 2, 1));
	assert_near(suspects_points(ss, a, 0), 4);
	assert_near(suspects_points(ss, b, 0), 2);
	assert_int_equal(suspects_class(ss, a), 0);
	assert_int_equal(suspects_class(ss, b), 1);
	assert_int_equal(suspects_class(ss, SUSPECT_NOWHERE), SIZE_MAX);
	/* over the incident: disk 4 (once), node 3 */
	assert_int_equal(suspects_top_class(ss, &score), 0);
	assert_near(score, (1 - exp(-1)) * 4 / 7);
	assert_near(suspects_class_score(ss, 1), (1 - exp(-0.75)) * 3 / 7);
}

static void top_class_of_nothing(void **state)
{
	struct suspects *ss = &((struct fixture *)*state)->suspects;
	double score = 9;

	assert_int_equal(suspects_top_class(ss, &score), SIZE_MAX);
	assert_near(score, 0);
	assert_near(suspects_class_score(ss, 0), 0);
}

static void no_signatures_at_all(void **state)
{
	struct signatures none;
	struct suspects ss;
	double score;

	(void)state;
	signatures_init(&none);
	suspects_init(&ss, &none);
	assert_int_equal(suspects_row(&ss, SPAN("a"), SPAN_NONE), 1);
	assert_int_equal(suspects_class(&ss, 1), SIZE_MAX);
	assert_int_equal(suspects_top_class(&ss, &score), SIZE_MAX);
	suspects_release(&ss);
	signatures_release(&none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(row_folds_replicas_into_their_service, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(row_beyond_the_limit_is_nowhere, set_up, tear_down),
		cmocka_unit_test_setup_teardown(point_counts_each_signal_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(top_class_of_nothing, set_up, tear_down),
		cmocka_unit_test(no_signatures_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
