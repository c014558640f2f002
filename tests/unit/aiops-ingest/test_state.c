/*
 * The state file: parts come back, also those of sources that do not run; others' files are
 * refused.
 */
#include "aiops-ingest/live/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"

static char dir[64], path[96];

static int make(void **state)
{
	(void)state;
	(void)snprintf(dir, sizeof dir, "/tmp/aiops-state-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	(void)snprintf(path, sizeof path, "%s/state", dir);
	return 0;
}

static int drop(void **state)
{
	char lock[110];

	(void)state;
	(void)snprintf(lock, sizeof lock, "%s.lock", path);
	(void)unlink(path);
	(void)unlink(lock);
	return rmdir(dir);
}

static struct state *open_state(void)
{
	struct err e = ERR_INIT;
	struct state *s;

	if (state_open(path, &s, &e) != 0)
		fail_msg("%s", e.text);
	return s;
}

static void save(struct state *s)
{
	struct err e = ERR_INIT;

	assert_int_equal(state_save(s, &e), 0);
}

static void state_gives_back_its_parts(void **state)
{
	struct state *s = open_state();

	(void)state;
	assert_int_equal(state_part(s, "follow").type, VALUE_NONE);
	state_put(s, "follow", SPAN("{\"a\":1.10}"));
	state_put(s, "poll", SPAN("[1,2]"));
	save(s);
	state_close(s);
	s = open_state();
	assert_int_equal(state_part(s, "follow").type, VALUE_OBJECT);
	assert_int_equal(state_part(s, "poll").type, VALUE_ARRAY);
	state_put(s, "poll", SPAN("[3]")); /* the other part is kept as it stands */
	save(s);
	state_close(s);
	s = open_state();
	assert_int_equal(state_part(s, "follow").type, VALUE_OBJECT);
	assert_true(value_member(state_part(s, "follow"), SPAN("a")).number > 1);
	state_close(s);
}

/* Sources are named by people, and there is no end to how many. */
static void state_keeps_parts_of_any_name_and_number(void **state)
{
	static const char *const odd[] = {"poll:am.prod", "poll:a\\.b", "poll:\\", "poll:"};
	const size_t n = 100;
	char name[32];

	(void)state;
	for (int round = 0; round < 3; round++) { /* put, kept, and kept once more */
		struct state *s = open_state();

		for (size_t i = 0; i < n + sizeof odd / sizeof *odd; i++) {
			(void)snprintf(name, sizeof name, "poll:%zu", i);
			if (round == 0)
				state_put(s, i < n ? name : odd[i - n], SPAN("{\"a\":1}"));
			else
				assert_int_equal(state_part(s, i < n ? name : odd[i - n]).type,
						 VALUE_OBJECT);
		}
		state_put(s, "follow", round ? SPAN("[2]") : SPAN("[1]"));
		save(s);
		state_close(s);
	}
}

static void state_belongs_to_one(void **state)
{
	struct state *s = open_state(), *other;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(state_open(path, &other, &e), -1);
	assert_int_equal(e.code, EX_TRYLATER);
	state_close(s);
}

static void state_refuses_what_is_not_its_own(void **state)
{
	static const char *const bad[] = {
		"",
		"x",
		"[]",
		"{}",
		"{\"kind\":\"aiops-ingest state\",\"v\":2,\"parts\":{}}",
		"{\"kind\":\"aiops-ingest state\",\"v\":\"1\",\"parts\":{}}",
		"{\"kind\":\"aiops-ingest state\",\"v\":1}",
		"{\"kind\":\"aiops-ingest state\",\"v\":1,\"parts\":[]}",
		"{\"kind\":\"aiops-ingest state\",\"v\":1,\"parts\":{\"a\":1,\"a\":2}}",
		"{\"kind\":\"aiops-correlate state\",\"v\":1,\"parts\":{}}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct state *s;
		struct err e = ERR_INIT;

		assert_int_equal(file_write_atomic(path, span_cstr(bad[i]), 0600, &e), 0);
		if (state_open(path, &s, &e) == 0)
			fail_msg("taken: %s", bad[i]);
		assert_int_equal(e.code, EX_BADCONFIG);
	}
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(state_gives_back_its_parts),
		CASE(state_keeps_parts_of_any_name_and_number),
		CASE(state_belongs_to_one),
		CASE(state_refuses_what_is_not_its_own),
	};

	return cmocka_run_group_tests_name("aiops-ingest/state", tests, NULL, NULL);
}
