#include "record/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parsed.h"

#define HEAD  "\"id\":\"1\",\"timestamp\":\"2026-11-21T09:09:19Z\",\"source\":\"s\""
#define ALERT "{\"v\":1,\"kind\":\"alert\"," HEAD

static void expect_valid(const char *line)
{
	struct parsed p = parse_line(line);
	struct err e = ERR_INIT;

	assert_int_equal(p.why, REJECT_NONE);
	if (event_validate(p.r, &e) != 0)
		fail_msg("'%s' was refused: %s", line, e.text);
	parsed_release(&p);
}

static void expect_invalid(const char *line, const char *words)
{
	struct parsed p = parse_line(line);
	struct err e = ERR_INIT;

	assert_int_equal(p.why, REJECT_NONE);
	if (event_validate(p.r, &e) != -1)
		fail_msg("'%s' was accepted", line);
	assert_int_equal(e.code, EX_BADDATA);
	assert_string_equal(e.text, words);
	parsed_release(&p);
}

static void validate_accepts_what_is_required_alone(void **state)
{
	(void)state;
	expect_valid(ALERT "}");
	expect_valid("{\"kind\":\"heartbeat\"," HEAD "}");
	expect_valid(
		"{\"kind\":\"dead_letter\",\"tool\":\"aiops-drift\",\"source\":\"stdin\",\"line\":3,"
		"\"code\":\"utf8\",\"message\":\"not valid UTF-8\",\"raw_b64\":\"/w==\"}");
}

static void validate_accepts_fields_that_it_does_not_know(void **state)
{
	(void)state;
	expect_valid(ALERT ",\"x_own\":[1,2],\"members\":3,\"mode\":\"any\"}");
}

static void validate_names_what_is_missing(void **state)
{
	(void)state;
	expect_invalid("{" HEAD "}", "kind: missing");
	expect_invalid(
		"{\"kind\":\"alert\",\"timestamp\":\"2026-11-21T09:09:19Z\",\"source\":\"s\"}",
		"id: missing");
	expect_invalid("{\"kind\":\"alert\",\"id\":\"1\",\"source\":\"s\"}", "timestamp: missing");
	expect_invalid("{\"kind\":\"alert\",\"id\":\"1\",\"timestamp\":\"2026-11-21T09:09:19Z\"}",
		       "source: missing");
	expect_invalid("{\"kind\":\"drift\"," HEAD "}", "drift: missing");
	expect_invalid("{\"kind\":\"incident\"," HEAD "}", "incident: missing");
	expect_invalid("{\"kind\":\"run\"," HEAD "}", "run: missing");
	expect_invalid("{\"kind\":\"dead_letter\",\"source\":\"s\"}", "tool: missing");
}

static void validate_names_the_words_of_a_closed_set(void **state)
{
	(void)state;
	expect_invalid("{\"kind\":\"alarm\"," HEAD "}", "kind: 'alarm' is not known");
	expect_invalid("{\"kind\":7," HEAD "}", "kind: not a string");
	expect_invalid(ALERT ",\"severity\":\"bad\"}",
		       "severity: 'bad' is not one of critical, high, medium, low, info, unknown");
	expect_invalid(ALERT ",\"severity\":5}",
		       "severity: not one of critical, high, medium, low, info, unknown");
	expect_invalid(ALERT ",\"signal\":\"x\"}",
		       "signal: 'x' is not one of metric, log, trace, event");
	expect_invalid(
		ALERT ",\"status\":\"detected\"}",
		"status: 'detected' is not one of firing, resolved, acknowledged, suppressed, pending");
	expect_invalid(ALERT ",\"condition\":\"over\"}",
		       "condition: 'over' is not one of above, below, equals");
	expect_invalid(ALERT ",\"severity_number\":12}",
		       "severity_number: not one of 0, 9, 11, 13, 17, 21");
	expect_invalid("{\"v\":2,\"kind\":\"alert\"," HEAD "}",
		       "v: not 1, the only version of records so far");
	expect_invalid("{\"v\":\"1\",\"kind\":\"alert\"," HEAD "}",
		       "v: not 1, the only version of records so far");
}

static void validate_names_the_type_that_is_wanted(void **state)
{
	(void)state;
	expect_invalid(ALERT ",\"name\":1}", "name: not a string");
	expect_invalid(
		"{\"kind\":\"alert\",\"id\":\"\",\"timestamp\":\"2026-11-21T09:09:19Z\",\"source\":\"s\"}",
		"id: not a string, or empty");
	expect_invalid(ALERT ",\"observed\":\"yesterday\"}", "observed: not an RFC 3339 time");
	expect_invalid(ALERT ",\"observed\":null}", "observed: not an RFC 3339 time");
	expect_invalid(ALERT ",\"ends_at\":1}", "ends_at: neither null nor an RFC 3339 time");
	expect_invalid(ALERT ",\"threshold\":\"80\"}", "threshold: not a number");
	expect_invalid(ALERT ",\"value\":\"99\"}",
		       "value: neither a number nor \"NaN\", \"+Inf\", \"-Inf\"");
	expect_invalid(ALERT ",\"healthy\":\"no\"}", "healthy: neither true nor false");
	expect_invalid(ALERT ",\"fingerprint\":\"B909ED5F00DF6962\"}",
		       "fingerprint: not 16 lower-case hex digits");
	expect_invalid(ALERT ",\"labels\":{\"a\":1}}", "labels: not an object of strings");
	expect_invalid(ALERT ",\"labels\":[]}", "labels: not an object of strings");
	expect_invalid(ALERT ",\"correlate\":\"x\"}", "correlate: not an object");
	expect_invalid("{\"kind\":\"heartbeat\"," HEAD ",\"every_ms\":1.5}",
		       "every_ms: not a whole number from 0 up");
	expect_invalid("{\"kind\":\"heartbeat\"," HEAD ",\"every_ms\":-1}",
		       "every_ms: not a whole number from 0 up");
	expect_invalid("{\"kind\":\"topology\"," HEAD ",\"nodes\":{}}", "nodes: not an array");
	expect_invalid("{\"kind\":\"trace\"," HEAD ",\"parent\":1}",
		       "parent: neither null nor a string");
}

static void validate_accepts_values_at_the_edges(void **state)
{
	(void)state;
	expect_valid(
		ALERT
		",\"ends_at\":null,\"starts_at\":\"2026-11-21T10:09:19.5+01:00\",\"value\":\"+Inf\"}");
	expect_valid(ALERT
		     ",\"value\":1234567890123456789012345678901234567890,\"threshold\":1e309}");
	expect_valid(ALERT ",\"labels\":{},\"severity\":\"unknown\",\"severity_number\":0}");
	expect_valid("{\"kind\":\"heartbeat\"," HEAD ",\"every_ms\":30000.0}");
}

/* A change record's change is an object, an incident's a word. */
static void validate_reads_a_field_by_its_kind(void **state)
{
	static const char incident[] =
		"{\"kind\":\"incident\"," HEAD ",\"incident\":\"INC-1\",\"revision\":1,"
		"\"status\":\"false_positive\",\"change\":\"opened\",\"services\":[\"a\"]}";

	(void)state;
	expect_valid("{\"kind\":\"change\"," HEAD ",\"change\":{\"type\":\"deploy\"}}");
	expect_invalid("{\"kind\":\"change\"," HEAD ",\"change\":\"opened\"}",
		       "change: not an object");
	expect_valid(incident);
	expect_invalid(
		"{\"kind\":\"incident\"," HEAD
		",\"incident\":\"INC-1\",\"revision\":1,\"status\":\"firing\"}",
		"status: 'firing' is not one of detected, investigating, identified, mitigating, resolved, "
		"escalated, false_positive, post_mortem");
	expect_invalid("{\"kind\":\"incident\"," HEAD
		       ",\"incident\":\"INC-1\",\"revision\":1,\"status\":\"detected\","
		       "\"services\":[\"a\",1]}",
		       "services: not an array of strings");
	expect_invalid(ALERT ",\"incident\":{}}", "incident: not a string, or empty");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(validate_accepts_what_is_required_alone),
		cmocka_unit_test(validate_accepts_fields_that_it_does_not_know),
		cmocka_unit_test(validate_names_what_is_missing),
		cmocka_unit_test(validate_names_the_words_of_a_closed_set),
		cmocka_unit_test(validate_names_the_type_that_is_wanted),
		cmocka_unit_test(validate_accepts_values_at_the_edges),
		cmocka_unit_test(validate_reads_a_field_by_its_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
