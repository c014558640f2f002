/* Queries of gather, filled: types, encoding, places. */
#include "aiops-triage/gather/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NOW_NS INT64_C(1795255200000000000) /* 2026-11-21T10:00:00Z */

static const char text[] = "version: 1\nid: q\nendpoint: e\npath: /a/{{ s }}\nformat: text\n"
			   "query: {x: 'v=\"{{ s }}\" {{s}}', t: '{{ t }}'}\n"
			   "parameters: {s: {from: service}, t: {from: onset, add: -90s}}\n";

static struct queries one_query(const char *yaml)
{
	struct queries qs;
	struct err e = ERR_INIT;

	queries_init(&qs);
	assert_int_equal(queries_add(&qs, span_cstr(yaml), &e), 0);
	return qs;
}

static int fill(const struct queries *qs, const char *service, struct gather_request *r)
{
	static struct incident inc;
	struct place p = {.service = span_cstr(service), .incident = &inc};
	struct err e = ERR_INIT;

	inc = (struct incident){.dated = true, .starts_ns = NOW_NS - INT64_C(3600000000000)};
	return request_fill(&qs->items[0], &p, NOW_NS, r, &e);
}

static void values_are_encoded_where_they_stand(void **state)
{
	struct queries qs = one_query(text);
	struct gather_request r;

	(void)state;
	assert_int_equal(fill(&qs, "a/b:9", &r), 0);
	assert_string_equal(r.target,
			    "/a/a%2Fb%3A9?x=v%3D%22a%2Fb%3A9%22%20a%2Fb%3A9&t=1795251510");
	request_release(&r);
	queries_release(&qs);
}

static void what_is_no_name_is_refused(void **state)
{
	static const char *const bad[] = {"-x",   "a b",  "a\"b", "a'b",     "a{b",  "a$b",
					  "a\nb", "a..b", "a%b",  "a*b",     "a\\b", ".a",
					  "/a",   "a;b",  "a|b",  "\xc3\xa9"};
	struct queries qs = one_query(text);
	struct gather_request r;
	char *many = malloc(300);

	(void)state;
	assert_non_null(many);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(fill(&qs, bad[i], &r), -1);
	memset(many, 'a', 299);
	many[254] = '\0';
	assert_int_equal(fill(&qs, many, &r), -1);
	many[253] = '\0';
	assert_int_equal(fill(&qs, many, &r), 0);
	request_release(&r);
	assert_int_equal(fill(&qs, "", &r), 1);
	free(many);
	queries_release(&qs);
}

static void requests_that_differ_have_different_keys(void **state)
{
	struct queries qs =
		one_query("version: 1\nid: q\nformat: text\n"
			  "argv: [c, '{{ s }}', x]\nparameters: {s: {from: service}}\n");
	struct gather_request a, b;
	struct buf one = BUF_INIT(1000), two = BUF_INIT(1000);

	(void)state;
	assert_int_equal(fill(&qs, "p", &a), 0);
	assert_int_equal(fill(&qs, "q", &b), 0);
	assert_string_equal(a.argv[1], "p");
	assert_null(a.argv[3]);
	request_key(&a, &one);
	request_key(&b, &two);
	assert_false(span_eq(buf_span(&one), buf_span(&two)));
	request_release(&a);
	request_release(&b);
	buf_release(&one);
	buf_release(&two);
	queries_release(&qs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_encoded_where_they_stand),
		cmocka_unit_test(what_is_no_name_is_refused),
		cmocka_unit_test(requests_that_differ_have_different_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
