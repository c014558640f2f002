#include <stdio.h>

#include "harness.h"

/* The member of the only record. */
static void assert_one(struct harness *h, const char *text)
{
	if (h->n_out != 1)
		fail_msg("%d records: %s", h->n_out, buf_cstr(&h->out));
	assert_out(h, text);
}

static void postgresql_line_and_its_details_are_one_record(void **state)
{
	struct harness h = harness_new();

	(void)state;
	harness_run(&h, NULL,
		    "2026-11-21 09:09:19.095 UTC [123] u@d ERROR:  duplicate key value\n"
		    "2026-11-21 09:09:19.095 UTC [123] u@d DETAIL:  Key (id)=(1) already exists.\n"
		    "2026-11-21 09:09:19.095 UTC [123] u@d STATEMENT:  INSERT INTO a\n"
		    "\tVALUES (1)\n");
	assert_one(
		&h,
		"\"body\":\"[123] u@d ERROR:  duplicate key value\\nDETAIL:  Key (id)=(1) already exists.\\n"
		"STATEMENT:  INSERT INTO a\\n\\tVALUES (1)\"");
	assert_out(&h, "\"severity\":\"high\",\"severity_number\":17,\"severity_text\":\"ERROR\"");
	assert_out(&h, "\"source_id\":\"in:1\"");
	harness_release(&h);
}

static void postgresql_detail_of_another_process_is_not_joined(void **state)
{
	struct harness h = harness_new();

	(void)state;
	harness_run(&h, "text",
		    "2026-11-21 09:09:19.095 UTC [123] ERROR:  a\n"
		    "2026-11-21 09:09:19.095 UTC [124] DETAIL:  b\n");
	assert_int_equal(h.n_out, 2);
	assert_out(&h, "\"body\":\"[124] DETAIL:  b\"}");
	harness_run(&h, "text",
		    "2026-11-21 09:09:19.095 UTC [123] ERROR:  a\n"
		    "2026-11-21 09:09:19.095 UTC [123] u@d DETAIL:  b\n");
	assert_int_equal(h.n_out, 2);
	harness_release(&h);
}

static void stack_traces_are_joined(void **state)
{
	struct harness h = harness_new();

	(void)state;
	harness_run(&h, NULL,
		    "2026-11-21 09:09:19,095 ERROR [main] A: no\n"
		    "java.lang.IllegalStateException: closed\n"
		    "\tat a.B.c(B.java:1)\n"
		    "Caused by: java.io.IOException: gone\n"
		    "\t... 2 more\n"
		    "\n"
		    "2026-11-21 09:09:20,095 INFO [main] A: yes\n");
	assert_int_equal(h.n_out, 2);
	assert_out(
		&h,
		"A: no\\njava.lang.IllegalStateException: closed\\n\\tat a.B.c(B.java:1)\\nCaused by: ");
	assert_out(&h, "\"source_id\":\"in:7\"");
	harness_release(&h);
}

static void traceback_and_its_last_line_are_joined(void **state)
{
	struct harness h = harness_new();

	(void)state;
	harness_run(&h, "text",
		    "2026-11-21 09:09:19,095 ERROR no\n"
		    "Traceback (most recent call last):\n"
		    "  File \"a.py\", line 1, in <module>\n"
		    "ValueError: bad\n");
	assert_one(&h, "ValueError: bad\"");
	harness_release(&h);
}

static void line_without_a_time_has_the_time_of_reading(void **state)
{
	struct harness h = harness_new();

	(void)state;
	harness_run(&h, "text", "ERROR: it broke\n");
	assert_one(&h,
		   "\"timestamp\":\"2026-11-17T09:10:00Z\",\"observed\":\"2026-11-17T09:10:00Z\"");
	assert_out(&h, "\"severity\":\"high\"");
	assert_out(&h, "\"flags\":[\"no_timestamp\"]");
	harness_release(&h);
}

static void continuation_without_a_beginning_is_a_record_of_its_own(void **state)
{
	struct harness h = harness_new();

	(void)state;
	harness_run(&h, "text", "\tat a.B.c(B.java:1)\n2026-11-21T09:09:19Z x\n");
	assert_int_equal(h.n_out, 2);
	assert_out(&h, "\"flags\":[\"no_timestamp\",\"continued\"]");
	harness_release(&h);
}

/* 1 line and 1500 that go on from it: 1000 in the first record. */
static void joined_lines_are_bounded(void **state)
{
	struct harness h = harness_new();
	struct buf text = BUF_INIT(1 << 20);

	(void)state;
	buf_add_cstr(&text, "2026-11-21T09:09:19Z ERROR no\n");
	for (int i = 0; i < 1500; i++)
		buf_addf(&text, "\tat a.B(%d)\n", i);
	harness_run(&h, "text", buf_cstr(&text));
	assert_int_equal(h.n_out, 2);
	assert_out(&h, "a.B(998)\"");
	assert_out(&h, "\"body\":\"\\tat a.B(999)");
	assert_out(&h, "\"flags\":[\"continued\"]");
	buf_release(&text);
	harness_release(&h);
}

static void access_log_is_judged_by_its_status_only(void **state)
{
	static const struct {
		const char *behind, *severity;
	} cases[] = {
		{"\"GET / HTTP/1.1\" 500 1", "high"},
		{"\"GET / HTTP/1.1\" 599", "high"},
		{"\"GET / HTTP/1.1\" 499 1", NULL},
		{"\"GET / HTTP/1.1\" 600 1", NULL},
		{"\"GET /\\\" 500 \" 200 1", NULL},
		{"\"ERROR\" 5000 1", NULL},
		{"\"cut off 500", NULL},
		{"500 1", NULL},
		{"\"\" 50", NULL},
		{"\"\\", NULL},
	};
	struct harness h = harness_new();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char line[200];

		(void)snprintf(line, sizeof line, "192.0.2.7 - - [21/Nov/2026:10:09:19 +0100] %s\n",
			       cases[i].behind);
		harness_run(&h, "text", line);
		assert_int_equal(h.n_out, 1);
		if (cases[i].severity)
			assert_out(&h, "\"severity\":\"high\"");
		else
			assert_lacks(&h.out, "severity");
	}
	harness_release(&h);
}

static void line_without_a_level_has_no_severity(void **state)
{
	struct harness h = harness_new();

	(void)state;
	harness_run(&h, "text", "2026-11-21T09:09:19Z listening\n");
	assert_lacks(&h.out, "severity");
	harness_release(&h);
}

static void syslog_head_gives_app_and_host(void **state)
{
	struct harness h = harness_new();

	(void)state;
	harness_run(&h, NULL, "Nov 16 09:09:19 db-1 sshd[24200]: Invalid user x\n");
	assert_one(&h, "\"timestamp\":\"2026-11-16T09:09:19Z\"");
	assert_out(&h, "\"component\":\"sshd\",\"service\":\"sshd\",\"host\":\"db-1\"");
	assert_out(&h, "\"labels\":{\"app\":\"sshd\",\"host\":\"db-1\"}");
	assert_out(&h, "\"flags\":[\"year_assumed\",\"zone_assumed\"]");
	harness_release(&h);
}

static void redis_marks_are_levels(void **state)
{
	struct harness h = harness_new();

	(void)state;
	harness_run(&h, NULL, "123:M 21 Nov 2026 09:09:19.095 # OOM\n");
	assert_one(&h, "\"severity\":\"medium\",\"severity_number\":13,\"severity_text\":\"#\"");
	assert_out(&h, "\"body\":\"123:M # OOM\"");
	harness_release(&h);
}

static void labels_are_added_and_promoted(void **state)
{
	const struct label labels[] = {{SPAN("service"), SPAN("orders-db")},
				       {SPAN("host"), SPAN("other")}};
	struct harness h = harness_new();

	(void)state;
	h.opt.labels = labels;
	h.opt.n_labels = 2;
	harness_run(&h, "text", "Nov 16 09:09:19 db-1 postgres[1]: x\n");
	assert_one(&h,
		   "\"service\":\"orders-db\",\"host\":\"db-1\""); /* what the line says stays */
	assert_out(&h,
		   "\"labels\":{\"app\":\"postgres\",\"host\":\"db-1\",\"service\":\"orders-db\"}");
	harness_release(&h);
}

static void equal_lines_have_different_ids(void **state)
{
	struct harness h = harness_new();
	const char *first, *second;

	(void)state;
	harness_run(&h, "text", "2026-11-21T09:09:19Z x\n2026-11-21T09:09:19Z x\n");
	first = strstr(buf_cstr(&h.out), "\"id\":");
	second = strstr(first + 1, "\"id\":");
	assert_memory_not_equal(first, second, 39);
	harness_release(&h);
}

static void bytes_that_are_no_text_are_rejected(void **state)
{
	struct harness h = harness_new();

	(void)state;
	harness_feed(
		&h, "text",
		SPAN("2026-11-21T09:09:19Z \xff\n2026-11-21T09:09:19Z \0\n2026-11-21T09:09:19Z ok\r\n"),
		9);
	assert_int_equal(h.n_out, 1);
	assert_out(&h, "\"body\":\"ok\"");
	assert_rejected(&h, "1 utf8 not UTF-8 at byte 21 of the line");
	assert_rejected(&h, "2 nul ");
	harness_release(&h);
}

static void endless_trace_goes_on_in_records_of_its_own(void **state)
{
	struct harness h = harness_new();
	struct buf log = BUF_INIT(1 << 20);

	(void)state;
	h.opt.max_record = 8000;
	buf_add_cstr(&log, "2026-11-21T09:09:19Z ERROR x\n");
	for (int i = 0; i < 100; i++)
		buf_add_cstr(&log, "\tat a.b.c.d.e.f.g.h.i.j.k(L.java:1)\n");
	harness_feed(&h, "text", buf_span(&log), 100);
	assert_true(h.n_out > 3);
	assert_int_equal(h.n_rejects, 0);
	assert_out(&h, "\"flags\":[\"continued\"]");
	assert_lacks(&h.out, "no_timestamp");
	buf_release(&log);
	harness_release(&h);
}

static void json_in_a_log_is_text(void **state)
{
	struct harness h = harness_new();

	(void)state;
	harness_run(&h, NULL, "2026-11-21T09:09:19Z x\n{\"a\":1}\n[{\"b\":2}]\n");
	assert_int_equal(h.n_out, 3);
	assert_int_equal(h.n_rejects, 0);
	harness_release(&h);
}

/* The line is held back; by the time that its record is written, others stand where it was read. */
static void number_of_a_level_outlives_its_line(void **state)
{
	struct harness h = harness_new();

	(void)state;
	for (size_t step = 1; step < 64; step++) {
		harness_clear(&h);
		harness_feed(&h, "text",
			     SPAN("{\"level\":50,\"time\":1795252159095,\"msg\":\"boom\"}\n"
				  "2026-11-21T09:09:20Z INFO the next line is longer than that\n"
				  "2026-11-21T09:09:21Z INFO and one more\n"),
			     step);
		assert_int_equal(h.n_out, 3);
		assert_out(&h, "\"severity_text\":\"50\"");
	}
	harness_release(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(postgresql_line_and_its_details_are_one_record),
		cmocka_unit_test(postgresql_detail_of_another_process_is_not_joined),
		cmocka_unit_test(stack_traces_are_joined),
		cmocka_unit_test(traceback_and_its_last_line_are_joined),
		cmocka_unit_test(line_without_a_time_has_the_time_of_reading),
		cmocka_unit_test(continuation_without_a_beginning_is_a_record_of_its_own),
		cmocka_unit_test(joined_lines_are_bounded),
		cmocka_unit_test(access_log_is_judged_by_its_status_only),
		cmocka_unit_test(line_without_a_level_has_no_severity),
		cmocka_unit_test(syslog_head_gives_app_and_host),
		cmocka_unit_test(redis_marks_are_levels),
		cmocka_unit_test(labels_are_added_and_promoted),
		cmocka_unit_test(equal_lines_have_different_ids),
		cmocka_unit_test(bytes_that_are_no_text_are_rejected),
		cmocka_unit_test(endless_trace_goes_on_in_records_of_its_own),
		cmocka_unit_test(json_in_a_log_is_text),
		cmocka_unit_test(number_of_a_level_outlives_its_line),
	};

	return cmocka_run_group_tests(tests, harness_setup, NULL);
}
