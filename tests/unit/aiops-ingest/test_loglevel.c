#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "aiops-ingest/formats/loglevel.h"

static void log_level_find_knows_the_common_places(void **state)
{
	static const struct {
		const char *rest, *word;
		enum severity severity;
	} cases[] = {
		{"INFO  orders-api listening", "INFO", SEVERITY_INFO},
		{"[123] orders_app@orders psql FATAL:  remaining slots", "FATAL",
		 SEVERITY_CRITICAL},
		{"[123] LOG:  checkpoint starting", "LOG", SEVERITY_INFO},
		{"root - ERROR - no", "ERROR", SEVERITY_HIGH},
		{"[error] 12#0: *1 connect() failed", "error", SEVERITY_HIGH},
		{"[core:notice] [pid 1] x", "notice", SEVERITY_LOW},
		{"[main] WARN  c.e.Service - slow", "WARN", SEVERITY_MEDIUM},
		{"Info                  CBS    x", "Info", SEVERITY_INFO},
		{"INFO|main|x", "INFO", SEVERITY_INFO},
		{"warning: disk nearly full", "warning", SEVERITY_MEDIUM},
		{"caller=main.go:1 level=warn msg=x", "warn", SEVERITY_MEDIUM},
		{"msg=\"a level=error inside\" lvl=info", "info",
		 SEVERITY_INFO}, /* not a parser of logfmt: first wins */
		{"severity=\"critical\" x", "critical", SEVERITY_CRITICAL},
		{"com.example.Main SEVERE: x", "SEVERE", SEVERITY_HIGH},
		{"an error occurred", NULL, SEVERITY_UNKNOWN},
		{"LOG rotated", NULL, SEVERITY_UNKNOWN},
		{"one two three four five six seven eight ERROR", NULL, SEVERITY_UNKNOWN},
		{"sublevel=error", NULL, SEVERITY_UNKNOWN},
		{"", NULL, SEVERITY_UNKNOWN},
		{"[]", NULL, SEVERITY_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct log_level got = log_level_find(span_cstr(cases[i].rest));

		if (!span_eq(got.text, span_cstr(cases[i].word)) ||
		    got.severity != cases[i].severity)
			fail_msg("'%s' gives '%.*s' %d", cases[i].rest, (int)got.text.len,
				 got.text.data ? got.text.data : "", got.severity);
	}
}

static void log_level_of_reads_letters_and_marks(void **state)
{
	(void)state;
	assert_int_equal(log_level_of(SPAN("E")).severity, SEVERITY_HIGH);
	assert_int_equal(log_level_of(SPAN("#")).severity, SEVERITY_MEDIUM);
	assert_int_equal(log_level_of(SPAN("x")).severity, SEVERITY_UNKNOWN);
	assert_int_equal(log_level_of(SPAN("")).severity, SEVERITY_UNKNOWN);
}

static void log_head_find_reads_syslog_and_nothing_else(void **state)
{
	struct log_head h = log_head_find(SPAN("db-1 sshd[24200]: Invalid user"), true);

	(void)state;
	assert_true(span_is(h.host, "db-1"));
	assert_true(span_is(h.app, "sshd"));
	assert_true(span_is(log_head_find(SPAN("db-1 kernel: oops"), false).app, "kernel"));
	assert_null(log_head_find(SPAN("db-1 kernel: oops"), true).app.data);
	assert_null(log_head_find(SPAN("INFO listening"), false).app.data);
	assert_null(log_head_find(SPAN("[1] LOG: x"), false).app.data);
	assert_null(log_head_find(SPAN("db-1 sshd[x]: y"), false).app.data);
	assert_null(log_head_find(SPAN("db-1"), false).app.data);
}

static void log_detail_at_finds_postgresql_additions(void **state)
{
	(void)state;
	assert_int_equal(log_detail_at(SPAN("[12] u@d DETAIL:  Key exists")), 9);
	assert_int_equal(log_detail_at(SPAN("DETAIL: one space")), -1);
	assert_int_equal(log_detail_at(SPAN("[12] ERROR:  x")), -1);
	assert_int_equal(log_detail_at(SPAN("STATEMENT:  SELECT 1")), 0);
}

static void log_goes_on_knows_stack_traces(void **state)
{
	static const char *const yes[] = {"\tat com.example.A.b(A.java:1)",
					  "  File \"a.py\", line 1",
					  "Caused by: x.Y: z",
					  "Traceback (most recent call last):",
					  "ValueError: bad",
					  "java.io.IOException",
					  "com.example.My$Inner.OddException: x",
					  "... 12 more",
					  "goroutine 1 [running]:"};
	static const char *const no[] = {"",       "Errors: 3",    "ready",
					 "INFO x", "An Exception", "Error while: x"};

	(void)state;
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
		if (!log_goes_on(span_cstr(yes[i])))
			fail_msg("'%s' should go on", yes[i]);
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		if (log_goes_on(span_cstr(no[i])))
			fail_msg("'%s' should not go on", no[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(log_level_find_knows_the_common_places),
		cmocka_unit_test(log_level_of_reads_letters_and_marks),
		cmocka_unit_test(log_head_find_reads_syslog_and_nothing_else),
		cmocka_unit_test(log_detail_at_finds_postgresql_additions),
		cmocka_unit_test(log_goes_on_knows_stack_traces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
