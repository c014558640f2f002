#include "aiops-ingest/live/replay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static void replay_knows_what_is_within_the_window(void **state)
{
	struct replay r;

	(void)state;
	replay_init(&r, 100);
	assert_false(replay_seen(&r, SPAN("a"), 1000));
	replay_add(&r, SPAN("a"), 1000);
	assert_true(replay_seen(&r, SPAN("a"), 1000));
	assert_true(replay_seen(&r, SPAN("a"), 1100));
	assert_false(replay_seen(&r, SPAN("a"), 1101));
	assert_false(replay_seen(&r, SPAN("b"), 1000));
	replay_release(&r);
}

static void replay_forgets_what_is_older(void **state)
{
	struct replay r;
	char name[20];

	(void)state;
	replay_init(&r, 100);
	for (int i = 0; i < 10000; i++) {
		(void)snprintf(name, sizeof name, "%d", i);
		replay_add(&r, span_cstr(name), i);
		assert_true(r.seen.live <= 102);
	}
	assert_true(replay_seen(&r, SPAN("9950"), 9999));
	assert_false(replay_seen(&r, SPAN("9000"), 9999));
	replay_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(replay_knows_what_is_within_the_window),
		cmocka_unit_test(replay_forgets_what_is_older),
	};

	return cmocka_run_group_tests_name("aiops-ingest/replay", tests, NULL, NULL);
}
