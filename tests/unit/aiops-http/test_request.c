/* The document that aiops-http reads: what it accepts, and that nothing of a secret is shown. */
#include "aiops-http/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void whole_request_is_read(void **state)
{
	static const char text[] =
		"{\"method\":\"POST\",\"url\":\"https://h/x\",\"headers\":[\"A: b\",\"C: \"],\"body\":\"a\\u0000b\","
		"\"status\":[\"204\",\"4xx\"],\"auth\":{\"kind\":\"header\",\"header\":\"X-Key\",\"env\":\"K\"},"
		"\"deadline_ms\":1500,\"max_body_bytes\":10,\"ca_file\":\"/ca\",\"plain_secret\":true}";
	struct request r;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(request_parse(SPAN(text), &r, &e), 0);
	assert_string_equal(r.method, "POST");
	assert_string_equal(r.url, "https://h/x");
	assert_int_equal(r.n_headers, 2);
	assert_string_equal(r.headers[1], "C: ");
	assert_int_equal(r.body_len, 3);
	assert_memory_equal(r.body, "a\0b", 3);
	assert_int_equal(r.credential.kind, CREDENTIAL_HEADER);
	assert_string_equal(r.credential.header, "X-Key");
	assert_int_equal(r.deadline_ms, 1500);
	assert_int_equal(r.max_body_bytes, 10);
	assert_true(r.plain_secret);
	assert_true(request_accepts(&r, 204));
	assert_true(request_accepts(&r, 499));
	assert_false(request_accepts(&r, 200));
	assert_false(request_accepts(&r, 500));
	request_release(&r);
}

static void status_of_success_is_the_default(void **state)
{
	struct request r;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(
		request_parse(SPAN("{\"method\":\"GET\",\"url\":\"http://h/\"}\n"), &r, &e), 0);
	assert_true(request_accepts(&r, 200) && request_accepts(&r, 299));
	assert_false(request_accepts(&r, 199) || request_accepts(&r, 300));
	request_release(&r);
}

static void what_is_wrong_is_named(void **state)
{
	static const struct {
		const char *text, *want;
	} table[] = {
		{"", "not JSON"},
		{"[]", "no JSON object"},
		{"{} {}", "not JSON"},
		{"{\"method\":\"GET\"}", "'url' or 'url_file'"},
		{"{\"method\":\"GET\",\"url\":\"u\",\"url_file\":\"f\"}", "'url' or 'url_file'"},
		{"{\"url\":\"u\"}", "'method' must be"},
		{"{\"method\":\"get\",\"url\":\"u\"}", "'method' must be"},
		{"{\"method\":\"GET\",\"url\":7}", "'url' must be a text"},
		{"{\"method\":\"GET\",\"url\":\"a\\u0000b\"}", "'url' must be a text"},
		{"{\"method\":\"GET\",\"url\":\"u\",\"headers\":[1]}", "'headers' must be"},
		{"{\"method\":\"GET\",\"url\":\"u\",\"headers\":{}}", "'headers' must be"},
		{"{\"method\":\"GET\",\"url\":\"u\",\"status\":[\"6xx\"]}", "'status' must be"},
		{"{\"method\":\"GET\",\"url\":\"u\",\"status\":[200]}", "'status' must be"},
		{"{\"method\":\"GET\",\"url\":\"u\",\"deadline_ms\":0}", "'deadline_ms' must be"},
		{"{\"method\":\"GET\",\"url\":\"u\",\"deadline_ms\":1e99}",
		 "'deadline_ms' must be"},
		{"{\"method\":\"GET\",\"url\":\"u\",\"max_body_bytes\":99999999999}",
		 "'max_body_bytes' must be"},
		{"{\"method\":\"GET\",\"url\":\"u\",\"auth\":{}}", "'auth.kind'"},
		{"{\"method\":\"GET\",\"url\":\"u\",\"auth\":{\"kind\":\"bearer\"}}",
		 "'auth' names"},
		{"{\"method\":\"GET\",\"url\":\"u\",\"auth\":{\"kind\":\"bearer\",\"file\":\"f\",\"env\":\"E\"}}",
		 "'auth' names"},
		{"{\"method\":\"GET\",\"url\":\"u\",\"auth\":{\"kind\":\"header\",\"file\":\"f\"}}",
		 "'auth.header'"},
		{"{\"method\":\"GET\",\"url\":\"u\",\"auth\":{\"kind\":\"basic\",\"header\":\"h\",\"file\":\"f\"}}",
		 "'auth.header'"},
		{"{\"method\":\"GET\",\"url\":\"u\",\"bearer\":\"x\"}", "unknown member 'bearer'"},
		{"{\"method\":\"GET\",\"url\":\"u\",\"plain_secret\":1}", "'plain_secret' must be"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct request r;
		struct err e = ERR_INIT;

		if (request_parse(span_cstr(table[i].text), &r, &e) == 0 || e.code != EX_BADDATA ||
		    !strstr(e.text, table[i].want))
			fail_msg("%s: '%s', expected '%s'", table[i].text, e.text, table[i].want);
		request_release(&r);
	}
}

static void what_is_too_much_is_refused(void **state)
{
	struct buf text = BUF_INIT(4 << 20);
	struct request r;
	struct err e = ERR_INIT;

	(void)state;
	buf_add_cstr(&text, "{\"method\":\"GET\",\"url\":\"u\",\"headers\":[\"a:b\"");
	for (int i = 0; i < REQUEST_HEADERS; i++)
		buf_add_cstr(&text, ",\"a:b\"");
	buf_add_cstr(&text, "]}");
	assert_int_equal(request_parse(buf_span(&text), &r, &e), -1);
	request_release(&r);
	err_clear(&e);
	buf_clear(&text);
	buf_add_cstr(&text, "{\"method\":\"POST\",\"url\":\"u\",\"body\":\"");
	while (text.len < REQUEST_MAX + 10)
		buf_add_cstr(&text, "xxxxxxxxxxxxxxxx");
	buf_add_cstr(&text, "\"}");
	assert_int_equal(request_parse(buf_span(&text), &r, &e), -1);
	assert_int_equal(e.code, EX_BADDATA);
	request_release(&r);
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_request_is_read),
		cmocka_unit_test(status_of_success_is_the_default),
		cmocka_unit_test(what_is_wrong_is_named),
		cmocka_unit_test(what_is_too_much_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
