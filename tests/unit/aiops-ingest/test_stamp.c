#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aiops-ingest/formats/stamp.h"
#include "base/mem.h"

/* 2026-11-21T12:00:00Z */
static const struct stamp_options at_noon = {{INT64_C(1795262400) * NS_PER_S, 0}, NULL};

/* "shape time [year][zone]|before|rest", or "none". */
static void describe(const char *line, const struct stamp_options *opt, size_t *hint,
		     struct buf *out)
{
	struct stamp s;
	size_t len = strlen(line);
	char *copy = mem_dup(line, len); /* no byte behind it may be read */

	buf_clear(out);
	if (!stamp_find(span_of(copy, len), opt, hint, &s)) {
		buf_add_cstr(out, "none");
	} else {
		buf_addf(out, "%s ", s.shape);
		instant_add(out, s.time);
		buf_addf(out, "%s%s|%.*s|%.*s", s.year_assumed ? " year" : "",
			 s.zone_assumed ? " zone" : "", (int)s.before.len,
			 s.before.data ? s.before.data : "", (int)s.rest.len, s.rest.data);
	}
	free(copy);
}

static const struct {
	const char *line, *want;
} shapes[] = {
	{"2026-11-21T09:09:19Z up", "iso 2026-11-21T09:09:19Z||up"},
	{"2026-11-21T09:09:19.123456789Z up", "iso 2026-11-21T09:09:19.123456789Z||up"},
	{"2026-11-21T09:09:19.1234567891Z up", "iso 2026-11-21T09:09:19.123456789Z||up"},
	{"2026-11-21T10:09:19.095+01:00 up", "iso 2026-11-21T09:09:19.095Z||up"},
	{"2026-11-21T04:39:19-0430 up", "iso 2026-11-21T09:09:19Z||up"},
	{"2026-11-21 09:09:19.095 UTC [123] FATAL:  x",
	 "iso 2026-11-21T09:09:19.095Z||[123] FATAL:  x"},
	{"2026-11-21 09:09:19.095 CET [123] LOG:  x",
	 "iso 2026-11-21T09:09:19.095Z zone||CET [123] LOG:  x"},
	{"2026-11-21 10:09:19+01 LOG:  x", "iso 2026-11-21T09:09:19Z||LOG:  x"},
	{"2026-11-21 09:09:19,095 - app - ERROR - x",
	 "iso 2026-11-21T09:09:19.095Z zone||app - ERROR - x"},
	{"2026-11-21 09:09:19 -5 degrees", "iso 2026-11-21T09:09:19Z zone||-5 degrees"},
	{"[2026-11-21T09:09:19Z] up", "iso 2026-11-21T09:09:19Z||up"},
	{"2026-11-21T09:09:19Z", "iso 2026-11-21T09:09:19Z||"},
	{"2026-11-21 09:09:19|INFO|x", "iso 2026-11-21T09:09:19Z zone||INFO|x"},
	{"2026/11/21 09:09:19 [error] 12#0: x",
	 "slashes 2026-11-21T09:09:19Z zone||[error] 12#0: x"},
	{"Nov 21 09:09:19 db-1 sshd[1]: x",
	 "syslog 2026-11-21T09:09:19Z year zone||db-1 sshd[1]: x"},
	{"Nov  1 09:09:19 db-1 cron: x", "syslog 2026-11-01T09:09:19Z year zone||db-1 cron: x"},
	{"Nov 22 11:59:59 db-1 cron: x", "syslog 2026-11-22T11:59:59Z year zone||db-1 cron: x"},
	{"Nov 22 12:00:01 db-1 cron: x", "syslog 2025-11-22T12:00:01Z year zone||db-1 cron: x"},
	{"Feb 29 09:09:19 db-1 cron: x", "syslog 2024-02-29T09:09:19Z year zone||db-1 cron: x"},
	{"[Sat Nov 21 09:09:19.123456 2026] [core:error] x",
	 "ctime 2026-11-21T09:09:19.123456Z zone||[core:error] x"},
	{"10.0.0.1 - bob [21/Nov/2026:10:09:19 +0100] \"GET / HTTP/1.1\" 200 5",
	 "clf 2026-11-21T09:09:19Z|10.0.0.1 - bob|\"GET / HTTP/1.1\" 200 5"},
	{"E1121 09:09:19.095123   12 file.go:3] x",
	 "glog 2026-11-21T09:09:19.095123Z year zone||12 file.go:3] x"},
	{"123:M 21 Nov 2026 09:09:19.095 # x", "day first 2026-11-21T09:09:19.095Z zone|123:M|# x"},
	{"2026-11-21-09.09.19.095123 x", "dashes 2026-11-21T09:09:19.095123Z zone||x"},
	{"20261121T090919Z x", "basic 2026-11-21T09:09:19Z||x"},
	{"261121 090919 148 INFO x", "digits 2026-11-21T09:09:19Z zone||148 INFO x"},
	{"1795252159 x", "epoch 2026-11-21T09:09:19Z||x"},
	{"1795252159.095 x", "epoch 2026-11-21T09:09:19.095Z||x"},
	{"1795252159095 x", "epoch 2026-11-21T09:09:19.095Z||x"},
	{"ts=2026-11-21T09:09:19.095Z level=warn msg=x",
	 "iso 2026-11-21T09:09:19.095Z||ts=2026-11-21T09:09:19.095Z level=warn msg=x"},
	{"level=info time=\"2026-11-21T09:09:19Z\" msg=x",
	 "iso 2026-11-21T09:09:19Z||level=info time=\"2026-11-21T09:09:19Z\" msg=x"},
};

static void stamp_find_reads_each_shape(void **state)
{
	struct buf got = BUF_INIT(4096);

	(void)state;
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		size_t hint = 0;

		describe(shapes[i].line, &at_noon, &hint, &got);
		assert_string_equal(buf_cstr(&got), shapes[i].want);
		describe(shapes[i].line, &at_noon, &hint,
			 &got); /* the same with the shape as the hint */
		assert_string_equal(buf_cstr(&got), shapes[i].want);
	}
	buf_release(&got);
}

static void stamp_find_result_does_not_depend_on_the_hint(void **state)
{
	struct buf got = BUF_INIT(4096);

	(void)state;
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
		for (size_t hint = 0; hint < 12; hint++) {
			size_t h = hint;

			describe(shapes[i].line, &at_noon, &h, &got);
			assert_string_equal(buf_cstr(&got), shapes[i].want);
		}
	buf_release(&got);
}

static void stamp_find_refuses_what_is_none(void **state)
{
	static const char *const lines[] = {
		"",
		"x",
		"2026",
		"2026-11-21",
		"2026-11-21T09:09",
		"2026-13-21T09:09:19Z",
		"2026-02-30T09:09:19Z",
		"2026-11-21T24:09:19Z",
		"2026-11-21T09:60:19Z",
		"2026-11-21T09:09:19Zebra",
		"2026-11-21T09:09:191",
		"0000-11-21T09:09:19Z",
		"Nov 31 09:09:19 x",
		"Foo 21 09:09:19 x",
		"E1321 09:09:19 x",
		"[",
		"123:M",
		"1.2.3.4 - - [oops] x",
		"17952521599 x",
		"179525215 x",
		"2795252159 x",
		"1795252159x",
		"ts=",
		"ts=soon",
		"the time=2026 was",
		"999999 999999 x",
		"    2026-11-21T09:09:19Z",
	};
	struct buf got = BUF_INIT(4096);

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		size_t hint = 0;

		describe(lines[i], &at_noon, &hint, &got);
		if (strcmp(buf_cstr(&got), "none") != 0)
			fail_msg("'%s' gives %s", lines[i], buf_cstr(&got));
	}
	buf_release(&got);
}

static void stamp_find_cut_anywhere_never_reads_past_the_end(void **state)
{
	struct buf got = BUF_INIT(4096);

	(void)state;
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
		for (size_t n = 0; n < strlen(shapes[i].line); n++) {
			char *cut = mem_dup(shapes[i].line, n); /* a sanitizer watches its end */
			size_t hint = i % 10;
			struct stamp s;

			if (stamp_find(span_of(cut, n), &at_noon, &hint, &s))
				assert_true(s.rest.data + s.rest.len <= cut + n);
			free(cut);
		}
	buf_release(&got);
}

static void stamp_find_zone_option_places_stamps_without_one(void **state)
{
	struct zone zone = {0};
	struct stamp_options east = {at_noon.now, &zone};
	struct buf got = BUF_INIT(4096);
	size_t hint = 0;

	(void)state;
	zone_fixed(&zone, "+01:00", 3600);
	describe("2026-11-21 10:09:19 x", &east, &hint, &got);
	assert_string_equal(buf_cstr(&got), "iso 2026-11-21T09:09:19Z||x");
	describe("2026-11-21T10:09:19Z x", &east, &hint, &got);
	assert_string_equal(buf_cstr(&got), "iso 2026-11-21T10:09:19Z||x");
	zone_release(&zone);
	buf_release(&got);
}

static void stamp_parse_takes_a_time_that_stands_alone(void **state)
{
	struct stamp s;

	(void)state;
	assert_true(stamp_parse(SPAN(" 2026-11-21 09:09:19,095 "), &at_noon, &s));
	assert_int_equal(s.time.ns, INT64_C(1795252159095) * NS_PER_MS);
	assert_true(s.zone_assumed);
	assert_false(stamp_parse(SPAN("2026-11-21 09:09:19 x"), &at_noon, &s));
	assert_false(stamp_parse(SPAN("yesterday"), &at_noon, &s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stamp_find_reads_each_shape),
		cmocka_unit_test(stamp_find_result_does_not_depend_on_the_hint),
		cmocka_unit_test(stamp_find_refuses_what_is_none),
		cmocka_unit_test(stamp_find_cut_anywhere_never_reads_past_the_end),
		cmocka_unit_test(stamp_find_zone_option_places_stamps_without_one),
		cmocka_unit_test(stamp_parse_takes_a_time_that_stands_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
