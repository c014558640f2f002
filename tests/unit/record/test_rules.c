#include "record/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "parsed.h"

/* {"a":[{"a":[ ... of so many containers, by turns if mixed; core stands inside the innermost. */
static void build(struct buf *b, int levels, char inner, const char *core)
{
	char kinds[2] = {'{', inner == 'm' ? '[' : inner};

	buf_clear(b);
	for (int i = 0; i < levels; i++) {
		char kind = i == 0 ? '{' : inner == 'm' ? kinds[i & 1] : inner;
		bool last = i == levels - 1;

		buf_add_cstr(b, kind == '{' ? (last && !*core ? "{" : "{\"a\":") : "[");
	}
	buf_add_cstr(b, core);
	for (int i = levels - 1; i >= 0; i--) {
		char kind = i == 0 ? '{' : inner == 'm' ? kinds[i & 1] : inner;

		buf_add_char(b, kind == '{' ? '}' : ']');
	}
}

static void depth_of_64_passes_and_65_does_not(void **state)
{
	static const char *const cores[] = {"", "1", "\"x\""};
	static const char inners[] = {'{', '[', 'm'};
	struct buf b = BUF_INIT(100000);

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		for (size_t k = 0; k < 3; k++) {
			build(&b, 63, inners[i], cores[k]);
			expect_code(buf_span(&b), REJECT_NONE);
			build(&b, 64, inners[i], cores[k]);
			expect_code(buf_span(&b), REJECT_NONE);
			build(&b, 65, inners[i], cores[k]);
			expect_code(buf_span(&b), REJECT_DEPTH);
			build(&b, 66, inners[i], cores[k]);
			expect_code(buf_span(&b), REJECT_DEPTH);
			build(&b, 5000, inners[i], cores[k]);
			expect_code(buf_span(&b), REJECT_DEPTH);
		}
	}
	buf_release(&b);
}

static void depth_counts_what_is_open_not_what_was(void **state)
{
	struct buf b = BUF_INIT(100000);

	(void)state;
	buf_add_cstr(&b, "{\"a\":[");
	for (int i = 0; i < 1000; i++)
		buf_add_cstr(&b, "{\"x\":[[]]},");
	buf_add_cstr(&b, "0]}");
	expect_code(buf_span(&b), REJECT_NONE);
	buf_release(&b);
}

static void duplicates_are_found_wherever_they_stand(void **state)
{
	static const char *const lines[] = {
		"{\"a\":1,\"a\":1}",
		"{\"a\":1,\"b\":2,\"a\":3}",
		"{\"a\":{\"x\":1,\"y\":{\"k\":0,\"k\":0}}}",
		"{\"a\":[1,[2,{\"k\":0,\"l\":[],\"k\":{}}]]}",
		"{\"a\":1,\"\\u0061\":2}",
		"{\"\\/\":1,\"/\":2}",
		"{\"\\ud83d\\ude00\":1,\"\xF0\x9F\x98\x80\":2}",
		"{\"\":1,\"\":2}",
		"{\"eightbyt\":1,\"x\":2,\"eightbyt\":3}",
		"{\"a_longer_key_than_that\":1,\"x\":2,\"a_longer_key_than_that\":3}",
		"{\"a\\u0000b\":1,\"a\\u0000b\":2}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		expect_code(span_cstr(lines[i]), REJECT_DUPLICATE);
}

static void equal_keys_of_different_objects_are_none(void **state)
{
	static const char *const lines[] = {
		"{\"a\":{\"a\":{\"a\":1}}}",
		"{\"a\":[{\"k\":1},{\"k\":2}],\"k\":{\"k\":3}}",
		"{\"a\":\"b\",\"b\":\"a\"}", /* values are no keys */
		"{\"a\\u0000b\":1,\"a\\u0000c\":2,\"a\":3}",
		"{\"A\":1,\"a\":2}",
		"{\"same_len\":1,\"same_lem\":2,\"same_length_0\":3,\"same_length_1\":4}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		expect_code(span_cstr(lines[i]), REJECT_NONE);
}

/* An object of n distinct keys; with twin >= 0 that key comes a second time at the end. */
static void build_keys(struct buf *b, int n, int twin)
{
	buf_clear(b);
	buf_add_char(b, '{');
	for (int i = 0; i < n; i++)
		buf_addf(b, "%s\"%x\":0", i ? "," : "", (unsigned)i * 7);
	if (twin >= 0)
		buf_addf(b, ",\"%x\":0", (unsigned)twin * 7);
	buf_add_char(b, '}');
}

/* Around the number of keys where the way of checking changes. */
static void duplicates_are_found_at_every_size(void **state)
{
	struct buf b = BUF_INIT(100000);

	(void)state;
	for (int n = 1; n < 140; n++) {
		build_keys(&b, n, -1);
		expect_code(buf_span(&b), REJECT_NONE);
		build_keys(&b, n, 0);
		expect_code(buf_span(&b), REJECT_DUPLICATE);
		build_keys(&b, n, n - 1);
		expect_code(buf_span(&b), REJECT_DUPLICATE);
		build_keys(&b, n, n / 2);
		expect_code(buf_span(&b), REJECT_DUPLICATE);
	}
	buf_release(&b);
}

/* Pairwise comparing would take minutes here. */
static void duplicates_among_100000_keys_cost_linear_time(void **state)
{
	struct buf b = BUF_INIT(RECORD_DEFAULT_MAX);

	(void)state;
	build_keys(&b, 100000, -1);
	expect_code(buf_span(&b), REJECT_NONE);
	build_keys(&b, 100000, 99999);
	expect_code(buf_span(&b), REJECT_DUPLICATE);
	buf_release(&b);
}

/* Many objects of just so many keys that they are compared, and objects with many keys by turns. */
static void the_set_of_one_object_is_not_that_of_the_next(void **state)
{
	struct buf b = BUF_INIT(RECORD_DEFAULT_MAX), keys = BUF_INIT(10000);

	(void)state;
	build_keys(&keys, 100, -1);
	buf_add_cstr(&b, "{\"list\":[");
	for (int i = 0; i < 200; i++) {
		buf_add_span(&b, buf_span(&keys));
		buf_add_char(&b, ',');
	}
	buf_add_cstr(&b, "{}]}");
	expect_code(buf_span(&b), REJECT_NONE);
	buf_release(&b);
	buf_release(&keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(depth_of_64_passes_and_65_does_not),
		cmocka_unit_test(depth_counts_what_is_open_not_what_was),
		cmocka_unit_test(duplicates_are_found_wherever_they_stand),
		cmocka_unit_test(equal_keys_of_different_objects_are_none),
		cmocka_unit_test(duplicates_are_found_at_every_size),
		cmocka_unit_test(duplicates_among_100000_keys_cost_linear_time),
		cmocka_unit_test(the_set_of_one_object_is_not_that_of_the_next),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
