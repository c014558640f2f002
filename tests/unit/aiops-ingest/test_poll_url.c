#include "aiops-ingest/live/poll_url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define SINCE INT64_C(1795251600123456789) /* 2026-11-21T09:00:00.123456789Z */
#define UNTIL INT64_C(1795255200000000000) /* 2026-11-21T10:00:00Z */

static void becomes(const char *url, const char *expected)
{
	struct buf out = BUF_INIT(4096);

	poll_url_expand(url, SINCE, UNTIL, &out);
	assert_string_equal(buf_cstr(&out), expected);
	buf_release(&out);
}

static void poll_url_expand_fills_the_span_in(void **state)
{
	(void)state;
	becomes("http://l/q?start={since:ns}&end={until:ns}",
		"http://l/q?start=1795251600123456789&end=1795255200000000000");
	becomes("http://p/q?start={since:s}&end={until:s}",
		"http://p/q?start=1795251600&end=1795255200");
	becomes("http://x/{since:ms}", "http://x/1795251600123");
	becomes("http://x/?a={since}&b={until}",
		"http://x/?a=2026-11-21T09%3A00%3A00.123456789Z&b=2026-11-21T10%3A00%3A00Z");
}

static void poll_url_expand_leaves_other_braces(void **state)
{
	(void)state;
	becomes("http://l/q?query={app=\"x\"}&start={since:ns}{",
		"http://l/q?query={app=\"x\"}&start=1795251600123456789{");
	becomes("{since:us}{sinc}{ since}{}", "{since:us}{sinc}{ since}{}");
	becomes("", "");
}

static void poll_url_has_span_says_so(void **state)
{
	(void)state;
	assert_true(poll_url_has_span("http://l/{x}{until:s}"));
	assert_false(poll_url_has_span("http://l/{x}{until:"));
	assert_false(poll_url_has_span("http://l/"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(poll_url_expand_fills_the_span_in),
		cmocka_unit_test(poll_url_expand_leaves_other_braces),
		cmocka_unit_test(poll_url_has_span_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
