#include "aiops-ingest/live/seen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void seen_add_knows_the_last_two_answers(void **state)
{
	struct seen s;

	(void)state;
	seen_init(&s);
	assert_true(seen_add(&s, SPAN("a")));
	assert_false(seen_add(&s, SPAN("a")));
	seen_turn(&s);
	assert_false(seen_add(&s, SPAN("a")));
	assert_true(seen_add(&s, SPAN("b")));
	seen_turn(&s);
	assert_false(seen_add(&s, SPAN("b")));
	assert_false(seen_add(&s, SPAN("a")));
	seen_release(&s);
}

static void seen_forgets_what_an_answer_stopped_saying(void **state)
{
	struct seen s;

	(void)state;
	seen_init(&s);
	assert_true(seen_add(&s, SPAN("a")));
	seen_turn(&s);
	seen_turn(&s);
	assert_true(seen_add(&s, SPAN("a")));
	seen_release(&s);
}

static void seen_is_bounded(void **state)
{
	struct seen s;
	char id[32];

	(void)state;
	seen_init(&s);
	for (int i = 0; i < SEEN_MAX + 10; i++)
		assert_true(seen_add(&s, span_of(id, (size_t)snprintf(id, sizeof id, "%d", i))));
	assert_int_equal(s.now.live, SEEN_MAX);
	assert_true(seen_add(&s, span_of(id, (size_t)snprintf(id, sizeof id, "%d", SEEN_MAX + 9))));
	seen_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seen_add_knows_the_last_two_answers),
		cmocka_unit_test(seen_forgets_what_an_answer_stopped_saying),
		cmocka_unit_test(seen_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
