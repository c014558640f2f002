#include "cli/progress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* What a function wrote to standard error. */
static char seen[4096];

struct capture {
	int saved, read_end;
};

static struct capture capture_start(void)
{
	struct capture c = {.saved = dup(STDERR_FILENO)};
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	dup2(fds[1], STDERR_FILENO);
	close(fds[1]);
	c.read_end = fds[0];
	return c;
}

static const char *capture_end(struct capture c)
{
	ssize_t n;

	dup2(c.saved, STDERR_FILENO); /* closes the only writer */
	close(c.saved);
	n = read(c.read_end, seen, sizeof seen - 1);
	close(c.read_end);
	seen[n > 0 ? n : 0] = '\0';
	return seen;
}

static const char *tick(struct progress *p, uint64_t bytes, uint64_t records, int64_t now_ms)
{
	struct capture c = capture_start();

	progress_tick(p, bytes, records, now_ms);
	return capture_end(c);
}

static const struct progress_surroundings terminal = {.terminal = true, .term = "xterm"};

static void progress_waits_two_seconds_and_draws_ten_times_a_second(void **state)
{
	struct progress p;
	int drawn = 0;

	(void)state;
	progress_start(&p, "t", PROGRESS_AUTO, &terminal, 0, 1000);
	assert_string_equal(tick(&p, 1, 1, 1000), "");
	assert_string_equal(tick(&p, 1, 1, 2999), "");
	for (int64_t now = 3000; now < 4000; now++)
		drawn += *tick(&p, 1, 1, now) != '\0';
	assert_int_equal(drawn, 10);
}

static void progress_tells_share_rate_and_time_left(void **state)
{
	struct progress p;

	(void)state;
	progress_start(&p, "t", PROGRESS_AUTO, &terminal, 40000000, 0);
	assert_string_equal(tick(&p, 10000000, 1234, 2500),
			    "\rt:  25%  1234 records  10.0 MB  4.0 MB/s  7s left\033[K");
	assert_string_equal(tick(&p, 50000000, 9, 5000),
			    "\rt: 100%  9 records  50.0 MB  10.0 MB/s\033[K");
	progress_start(&p, "t", PROGRESS_AUTO, &terminal, 0, 0);
	assert_string_equal(tick(&p, 999, 5, 3000), "\rt: 5 records  999 B  333 B/s\033[K");
}

static void progress_is_cleared_once(void **state)
{
	struct progress p;
	struct capture c;

	(void)state;
	progress_start(&p, "t", PROGRESS_ALWAYS, &terminal, 0, 0);
	assert_string_not_equal(tick(&p, 1, 1, 0), "");
	c = capture_start();
	progress_clear(&p);
	progress_clear(&p);
	assert_string_equal(capture_end(c), "\r\033[K");
}

static void progress_shows_only_where_it_may(void **state)
{
	static const struct {
		int when;
		struct progress_surroundings s;
		bool on;
	} cases[] = {
		{PROGRESS_AUTO, {.terminal = true, .term = "xterm"}, true},
		{PROGRESS_AUTO, {.terminal = false, .term = "xterm"}, false},
		{PROGRESS_AUTO, {.terminal = true, .term = "xterm", .quiet = true}, false},
		{PROGRESS_AUTO, {.terminal = true, .term = "xterm", .ci = "1"}, false},
		{PROGRESS_AUTO, {.terminal = true, .term = "dumb"}, false},
		{PROGRESS_AUTO, {.terminal = true}, false},
		{PROGRESS_NEVER, {.terminal = true, .term = "xterm"}, false},
		{PROGRESS_ALWAYS,
		 {.terminal = true, .term = "dumb", .ci = "1", .quiet = true},
		 true},
		{PROGRESS_ALWAYS, {.terminal = false, .term = "xterm"}, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct progress p;

		progress_start(&p, "t", cases[i].when, &cases[i].s, 0, 0);
		if (p.on != cases[i].on)
			fail_msg("case %zu", i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(progress_waits_two_seconds_and_draws_ten_times_a_second),
		cmocka_unit_test(progress_tells_share_rate_and_time_left),
		cmocka_unit_test(progress_is_cleared_once),
		cmocka_unit_test(progress_shows_only_where_it_may),
	};

	return cmocka_run_group_tests_name("cli/progress", tests, NULL, NULL);
}
