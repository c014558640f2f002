/* What travels to jq and back. */
#include "aiops-ingest/maps/jqmap_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

/* In a block of its own, so that a sanitizer sees a read past it. */
static void encodes(const char *doc, const char *want)
{
	struct buf out = BUF_INIT(1 << 16);
	size_t n = strlen(doc);
	char *copy = mem_dup(doc, n);

	jqmap_encode(span_of(copy, n), &out);
	assert_string_equal(buf_cstr(&out), want);
	free(copy);
	buf_release(&out);
}

static void decodes(const char *line, const char *want)
{
	struct buf out = BUF_INIT(1 << 16);
	size_t n = strlen(line);
	char *copy = malloc(n);

	assert_non_null(copy);
	memcpy(copy, line, n);
	jqmap_decode(span_of(copy, n), &out);
	assert_string_equal(buf_cstr(&out), want);
	free(copy);
	buf_release(&out);
}

#define M JQMAP_MARK

static void number_is_safe_only_if_jq_prints_it_so(void **state)
{
	static const char *const safe[] = {
		"0",     "7",      "-7",      "123456789012345", "1.5",           "0.5",
		"-0.25", "0.0001", "0.00012", "100.5",           "1709991285.873"};
	static const char *const unsafe[] = {"-0",   "1234567890123456",  "1.10",  "1.0",
					     "1e5",  "0.00001",           "1E400", "-0.0",
					     "0.10", "1234567890.1234567"};

	(void)state;
	for (size_t i = 0; i < sizeof safe / sizeof *safe; i++)
		assert_true(jqmap_number_is_safe(span_cstr(safe[i])));
	for (size_t i = 0; i < sizeof unsafe / sizeof *unsafe; i++)
		assert_false(jqmap_number_is_safe(span_cstr(unsafe[i])));
}

static void encode_puts_all_on_one_line(void **state)
{
	(void)state;
	encodes("{\n \"a\" : [ 1,\t2 ],\r\n \"b c\": true }", "{\"a\":[1,2],\"b c\":true}");
}

static void encode_marks_numbers(void **state)
{
	(void)state;
	encodes("{\"a\":1.10,\"b\":[1e3,-2]}", "{\"a\":\"" M "1.10\",\"b\":[\"" M "1e3\",-2]}");
	encodes("{\"a\":\"1.10\"}", "{\"a\":\"1.10\"}");
}

static void encode_tells_the_documents_own_marks_apart(void **state)
{
	(void)state;
	encodes("{\"" M "\":\"x" M M "\"}",
		"{\"" M JQMAP_ESCAPE "\":\"x" M JQMAP_ESCAPE M JQMAP_ESCAPE "\"}");
	encodes("{\"a\":\"\\ufDD0\\\\ufdd0\"}", "{\"a\":\"" M JQMAP_ESCAPE "\\\\ufdd0\"}");
}

static void encode_drops_secrets_of_any_shape(void **state)
{
	(void)state;
	encodes("{\"routing_key\":\"x\",\"a\":1}", "{\"routing_key\":null,\"a\":1}");
	encodes("{\"API-Key\" : {\"b\":[\"}\",1]} }", "{\"API-Key\":null}");
	encodes("[{\"token\":-1.5e3}]", "[{\"token\":null}]");
	encodes("{\"pass\\u0077ord\":[],\"tokens\":2}", "{\"pass\\u0077ord\":null,\"tokens\":2}");
	encodes("{\"a\":\"token\"}", "{\"a\":\"token\"}");
}

static void decode_gives_numbers_back(void **state)
{
	(void)state;
	decodes("{\"a\":\"" M "1.10\",\"b\":\"x\"}", "{\"a\":1.10,\"b\":\"x\"}");
	decodes("[\"" M "1e400\"]", "[1e400]");
}

static void decode_leaves_text_text(void **state)
{
	(void)state;
	decodes("{\"" M "1.10\":1}", "{\"1.10\":1}");     /* a key */
	decodes("\"n is " M "1.10\"", "\"n is 1.10\"");   /* in the middle */
	decodes("\"" M "1.10 s\"", "\"1.10 s\"");         /* not all of it */
	decodes("\"" M "\"", "\"\"");                     /* no number at all */
	decodes("\"" M JQMAP_ESCAPE "5\"", "\"" M "5\""); /* the document's own */
	decodes("\"{\\\"a\\\":\\\"" M "1.10\\\"}\"", "\"{\\\"a\\\":1.10}\""); /* JSON in a string */
}

/* What is no JSON at all must only not be read past its end. */
static void decode_survives_nonsense(void **state)
{
	static const char *const lines[] = {"\"",     "\"\\",     "\"" M,
					    "\"\xef", "\xef\xb7", "\"\\\"" M "1"};
	struct buf out = BUF_INIT(1 << 16);

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		size_t n = strlen(lines[i]);
		char *copy = malloc(n);

		assert_non_null(copy);
		memcpy(copy, lines[i], n);
		jqmap_decode(span_of(copy, n), &out);
		jqmap_encode(span_of(copy, n), &out);
		free(copy);
	}
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(number_is_safe_only_if_jq_prints_it_so),
		cmocka_unit_test(encode_puts_all_on_one_line),
		cmocka_unit_test(encode_marks_numbers),
		cmocka_unit_test(encode_tells_the_documents_own_marks_apart),
		cmocka_unit_test(encode_drops_secrets_of_any_shape),
		cmocka_unit_test(decode_gives_numbers_back),
		cmocka_unit_test(decode_leaves_text_text),
		cmocka_unit_test(decode_survives_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
