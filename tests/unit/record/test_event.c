#include "record/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parsed.h"

static void record_kind_knows_every_name(void **state)
{
	struct parsed p = {.r = record_new(1000)};
	struct buf b = BUF_INIT(1000);

	(void)state;
	for (int k = KIND_ALERT; k <= KIND_DEAD_LETTER; k++) {
		buf_clear(&b);
		buf_addf(&b, "{\"a\":{\"kind\":\"x\"},\"kind\":\"%s\"}", kind_name((enum kind)k));
		parse_again(&p, buf_span(&b));
		assert_int_equal(record_kind(p.r), k);
	}
	buf_release(&b);
	parsed_release(&p);
}

static void record_kind_of_anything_else_is_none(void **state)
{
	static const char *const lines[] = {"{}",
					    "{\"kind\":1}",
					    "{\"kind\":\"none\"}",
					    "{\"kind\":\"Alert\"}",
					    "{\"kind\":\"\"}",
					    "{\"a\":{\"kind\":\"alert\"}}"};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct parsed p = parse_line(lines[i]);

		assert_int_equal(record_kind(p.r), KIND_NONE);
		parsed_release(&p);
	}
}

static void record_timestamp_reads_the_field(void **state)
{
	struct parsed p = parse_line("{\"timestamp\":\"2026-11-21T10:09:19.095+01:00\"}");
	struct err e = ERR_INIT;
	struct instant t;

	(void)state;
	assert_int_equal(record_timestamp(p.r, &t, &e), 0);
	assert_true(t.ns == INT64_C(1795252159095000000));
	assert_int_equal(t.fraction, 3);
	parsed_release(&p);
}

static void record_timestamp_says_what_is_wrong(void **state)
{
	static const struct {
		const char *line, *words;
	} cases[] = {
		{"{}", "timestamp: missing"},
		{"{\"timestamp\":1700000000}", "timestamp: not a string"},
		{"{\"timestamp\":\"now\"}", "timestamp: 'now' is not an RFC 3339 time"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct parsed p = parse_line(cases[i].line);
		struct err e = ERR_INIT;
		struct instant t;

		assert_int_equal(record_timestamp(p.r, &t, &e), -1);
		assert_string_equal(e.text, cases[i].words);
		parsed_release(&p);
	}
}

/* printf 'alert\0alertmanager\0abc\0firing\000...\0' | sha256sum | cut -c1-32 */
static void event_id_is_the_designs_hash(void **state)
{
	char id[EVENT_ID_LEN + 1];

	(void)state;
	event_id(id, SPAN("alert"), SPAN("alertmanager"), SPAN("abc"), SPAN("firing"),
		 SPAN("2026-11-21T09:09:19.095Z"));
	assert_string_equal(id, "625fd93ad9af5eb7c7ecebbc9195ae5b");
	event_id(id, SPAN("log"), SPAN("file"), SPAN_NONE, SPAN(""), SPAN_NONE);
	assert_string_equal(id, "2eacf1cd9f6f4de1bb3b42e9045363f9");
}

static void event_id_keeps_the_parts_apart(void **state)
{
	char one[EVENT_ID_LEN + 1], two[EVENT_ID_LEN + 1];

	(void)state;
	event_id(one, SPAN("alert"), SPAN("ab"), SPAN("c"), SPAN(""), SPAN(""));
	event_id(two, SPAN("alert"), SPAN("a"), SPAN("bc"), SPAN(""), SPAN(""));
	assert_string_not_equal(one, two);
}

static void short_id_is_crockfords_base_32(void **state)
{
	static const struct {
		uint8_t bytes[10];
		const char *id;
	} cases[] = {
		{{0}, "INC-0000000000000000"},
		{{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF},
		 "INC-ZZZZZZZZZZZZZZZZ"},
		{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, "INC-000G40R40M30E209"},
		{{0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 0x10, 0x32},
		 "INC-04HMASW9NF6YY41J"},
	};
	char id[sizeof "INC-" + 16];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		short_id(id, "INC-", cases[i].bytes);
		assert_string_equal(id, cases[i].id);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(record_kind_knows_every_name),
		cmocka_unit_test(record_kind_of_anything_else_is_none),
		cmocka_unit_test(record_timestamp_reads_the_field),
		cmocka_unit_test(record_timestamp_says_what_is_wrong),
		cmocka_unit_test(event_id_is_the_designs_hash),
		cmocka_unit_test(event_id_keeps_the_parts_apart),
		cmocka_unit_test(short_id_is_crockfords_base_32),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
