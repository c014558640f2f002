#include "net/http_impl.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

static void http_origin_names_scheme_host_and_port_only(void **state)
{
	static const char *const cases[][2] = {
		{"http://Prom.example:9090/api?token=x", "http://prom.example:9090"},
		{"https://a.example/p", "https://a.example:443"},
		{"HTTP://[::1]/", "http://[::1]:80"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf b = BUF_INIT(200);
		struct err e = ERR_INIT;

		assert_int_equal(http_origin(cases[i][0], &b, &e), 0);
		assert_string_equal(buf_cstr(&b), cases[i][1]);
		buf_release(&b);
	}
}

static void http_origin_refuses(void **state)
{
	static const char *const bad[] = {
		"",        "ftp://a/",      "file:///etc/passwd", "gopher://a/", "javascript:1",
		"http://", "http://u:p@a/", "https://u@a/",       "/relative",   "http://a b/",
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct buf b = BUF_INIT(200);
		struct err e = ERR_INIT;

		if (http_origin(bad[i], &b, &e) == 0)
			fail_msg("accepted: %s", bad[i]);
		assert_int_equal(e.code, EX_BADUSAGE);
		assert_null(strstr(e.text, "u:p"));
		buf_release(&b);
	}
}

/* Whatever stood in memory before: to be run with -ftrivial-auto-var-init=pattern, too. */
static void http_start_refuses_what_is_no_url(void **state)
{
	static const char *const bad[] = {"", "ftp://a/", "http://", "http://u:p@a/"};
	const struct http_options o = {.user_agent = "test"};
	struct http_client *c;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(http_client_new(&o, &c, &e), 0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const struct http_request q = {.method = "GET", .url = bad[i]};
		struct http_call *call = NULL;

		assert_int_equal(http_start(c, &q, &call, &e), -1);
		assert_int_equal(e.code, EX_BADUSAGE);
		assert_null(call);
		err_clear(&e);
	}
	http_client_free(c);
}

static bool is_loopback(const char *url)
{
	struct http_place p;
	struct err e = ERR_INIT;
	bool yes;

	assert_int_equal(http_place_of(url, &p, &e), 0);
	yes = http_place_is_loopback(&p);
	http_place_release(&p);
	return yes;
}

static void http_place_knows_this_machine(void **state)
{
	(void)state;
	assert_true(is_loopback("http://localhost/"));
	assert_true(is_loopback("http://127.0.0.1:80/"));
	assert_true(is_loopback("http://127.9.9.9/"));
	assert_true(is_loopback("http://[::1]:9/"));
	assert_false(is_loopback("http://localhost.example/"));
	assert_false(is_loopback("http://127.0.0.1.example/"));
	assert_false(is_loopback("http://10.0.0.1/"));
}

static bool is_public(const char *text)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} a;

	memset(&a, 0, sizeof a);
	if (inet_pton(AF_INET, text, &a.v4.sin_addr) == 1)
		a.v4.sin_family = AF_INET;
	else if (inet_pton(AF_INET6, text, &a.v6.sin6_addr) == 1)
		a.v6.sin6_family = AF_INET6;
	else
		fail_msg("no address: %s", text);
	return http_address_is_public(&a.any);
}

static void http_address_is_public_only_where_the_internet_routes(void **state)
{
	static const char *const public[] = {"8.8.8.8",      "1.1.1.1",       "172.32.0.1",
					     "192.169.0.1",  "100.128.0.1",   "2606:4700::1",
					     "2a00:1450::1", "::ffff:8.8.8.8"};
	static const char *const private[] = {
		"0.0.0.0",
		"10.1.2.3",
		"100.64.0.1",
		"127.0.0.1",
		"169.254.169.254",
		"172.16.0.1",
		"172.31.255.255",
		"192.168.1.1",
		"192.0.2.1",
		"198.18.0.1",
		"224.0.0.1",
		"255.255.255.255",
		"::",
		"::1",
		"fe80::1",
		"fd00::1",
		"fc00::1",
		"ff02::1",
		"2001:db8::1",
		"2001::1",
		"::ffff:127.0.0.1",
		"::ffff:10.0.0.1",
		"64:ff9b::a00:1",
		"2002:7f00:1::",
	};

	(void)state;
	for (size_t i = 0; i < sizeof public / sizeof *public; i++) {
		if (!is_public(public[i]))
			fail_msg("public: %s", public[i]);
	}
	for (size_t i = 0; i < sizeof private / sizeof *private; i++) {
		if (is_public(private[i]))
			fail_msg("not public: %s", private[i]);
	}
}

static void http_retry_tries_again_only_where_it_helps(void **state)
{
	const struct http_retry r = {.tries = 3, .backoff = {100, 1000}, .most_ms = 10000};

	(void)state;
	assert_int_equal(http_retry_ms(&r, 1, 503, 0, -1, 0, 99), 100);
	assert_int_equal(http_retry_ms(&r, 2, 429, 0, -1, 0, 199), 200);
	assert_int_equal(http_retry_ms(&r, 3, 503, 0, -1, 0, 0), -1);
	assert_int_equal(http_retry_ms(&r, 1, 200, 0, -1, 0, 0), -1);
	assert_int_equal(http_retry_ms(&r, 1, 404, 0, -1, 0, 0), -1);
	assert_int_equal(http_retry_ms(&r, 1, 401, 0, 5, 0, 0), -1);
	assert_int_equal(http_retry_ms(&r, 1, 0, EX_TRYLATER, -1, 0, 0), 1);
	assert_int_equal(http_retry_ms(&r, 1, 0, EX_REMOTE, -1, 0, 0), -1);
	/* Retry-After counts if it is longer, and if there is time for it */
	assert_int_equal(http_retry_ms(&r, 1, 503, 0, 5000, 0, 0), 5000);
	assert_int_equal(http_retry_ms(&r, 1, 503, 0, 5000, 5000, 0), -1);
	assert_int_equal(http_retry_ms(&r, 1, 503, 0, 10, 0, 99), 100);
}

static void http_add_query_encodes_all_but_the_unreserved(void **state)
{
	struct buf b = BUF_INIT(200);

	(void)state;
	http_add_query(&b, SPAN("a-Z_0.9~ &=?/+%\n\xc3\xa9"));
	assert_string_equal(buf_cstr(&b), "a-Z_0.9~%20%26%3D%3F%2F%2B%25%0A%C3%A9");
	buf_release(&b);
}

static void http_add_basic_is_as_in_rfc_7617(void **state)
{
	struct buf b = BUF_INIT(200);

	(void)state;
	http_add_basic(&b, SPAN("Aladdin"), SPAN("open sesame"));
	assert_string_equal(buf_cstr(&b), "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(http_origin_names_scheme_host_and_port_only),
		cmocka_unit_test(http_origin_refuses),
		cmocka_unit_test(http_start_refuses_what_is_no_url),
		cmocka_unit_test(http_place_knows_this_machine),
		cmocka_unit_test(http_address_is_public_only_where_the_internet_routes),
		cmocka_unit_test(http_retry_tries_again_only_where_it_helps),
		cmocka_unit_test(http_add_query_encodes_all_but_the_unreserved),
		cmocka_unit_test(http_add_basic_is_as_in_rfc_7617),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
