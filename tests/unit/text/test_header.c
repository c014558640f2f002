/*
 * Headers of log lines, learned from lines.
 */
#include "text/header.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof(*(a)))

struct sample {
	const char *lines[4];
	const char *messages[4];
};

/* Formats as programmes of the kind write them; the lines are made up. */
static const struct sample samples[] = {
	/* syslog */
	{{"Nov 21 09:00:00 web-a sshd[812]: session opened for root",
	  "Nov 21 09:00:01 web-a cron[9]: job started", "Nov  1 09:00:02 web-a kernel: oom",
	  "Nov 21 09:00:03 web-a sshd[813]: lost 7 packets"},
	 {"session opened for root", "job started", "oom", "lost 7 packets"}},
	/* log4j with a thread whose name has spaces */
	{{"2026-11-21 09:00:00,123 INFO [main] org.x.Client: up",
	  "2026-11-21 09:00:00,124 WARN [Worker 7 of pool] org.x.Pool: slow start",
	  "2026-11-21 09:00:00,125 INFO [main] org.x.Client: Change: none",
	  "2026-11-21 09:00:00,126 ERROR [main] org.x.Client: down now"},
	 {"up", "slow start", "Change: none", "down now"}},
	/* a bracketed time, a level */
	{{"[Sat Nov 21 09:00:00 2026] [error] child in state 6",
	  "[Sat Nov 21 09:00:01 2026] [notice] ok then", "[Sat Nov 21 09:00:01 2026] [notice] x y",
	  "[Sat Nov 21 09:00:01 2026] [error] [client 10.0.0.1] denied"},
	 {"child in state 6", "ok then", "x y", "[client 10.0.0.1] denied"}},
	/* bars */
	{{"20261121-09:00:00:1|Step|30002|moved 7 on", "20261121-09:00:01:1|Rest|30002|slept well",
	  "20261121-09:00:02:1|Step|30002|moved", "20261121-09:00:03:1|Rest|30002|woke up"},
	 {"moved 7 on", "slept well", "moved", "woke up"}},
	/* a dash before the message */
	{{"2026-11-21 09:00:00,1 - INFO  [a:1@2] - one line",
	  "2026-11-21 09:00:00,1 - WARN  [b:1] - two",
	  "2026-11-21 09:00:00,1 - INFO  [a:1@2] - one",
	  "2026-11-21 09:00:00,1 - INFO  [c:9] - three x"},
	 {"one line", "two", "one", "three x"}},
	/* none */
	{{"plain words here", "and others: there", "took 12 ms", "Change: none"},
	 {"plain words here", "and others: there", "took 12 ms", "Change: none"}},
};

static void headers_are_found_by_their_columns(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
		struct header h = {0};

		for (size_t k = 0; k < ARRAY_LEN(samples[i].lines); k++)
			header_learn(&h, span_cstr(samples[i].lines[k]));
		header_decide(&h);
		for (size_t k = 0; k < ARRAY_LEN(samples[i].lines); k++) {
			struct span rest = header_strip(&h, span_cstr(samples[i].lines[k]));
			char *text = strndup(rest.data, rest.len);

			assert_string_equal(text, samples[i].messages[k]);
			free(text);
		}
	}
}

static void a_line_of_another_kind_stays_whole(void **state)
{
	static const char *const others[] = {"\tat org.x.Client.call(Client.java:12)",
					     "Caused by: java.io.IOException",
					     "",
					     " ",
					     "2026-11-21",
					     "[[[[[[[",
					     "Nov",
					     "Nov 21 09:00:00 "};
	struct header h = {0};

	(void)state;
	for (size_t k = 0; k < 4; k++)
		header_learn(&h, span_cstr(samples[0].lines[k]));
	header_decide(&h);
	assert_true(h.columns == 5);
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		struct span rest = header_strip(&h, span_cstr(others[i]));

		assert_ptr_equal(rest.data, others[i]);
		assert_int_equal(rest.len, strlen(others[i]));
	}
}

static void no_lines_no_header(void **state)
{
	struct header h = {0};

	(void)state;
	header_decide(&h);
	assert_int_equal(h.columns, 0);
	header_learn(&h, SPAN(""));
	header_decide(&h);
	assert_int_equal(h.columns, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers_are_found_by_their_columns),
		cmocka_unit_test(a_line_of_another_kind_stays_whole),
		cmocka_unit_test(no_lines_no_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
