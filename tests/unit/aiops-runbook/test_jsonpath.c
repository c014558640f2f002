/* JSON paths: what is one, and what it becomes for lib/record. */
#include "aiops-runbook/engine/jsonpath.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void assert_path(const char *path, const char *expected)
{
	struct err e = ERR_INIT;
	struct buf out = BUF_INIT(1024);

	if (jsonpath_check(span_cstr(path), &e) != 0)
		fail_msg("%s: %s", path, e.text);
	jsonpath_to_record(span_cstr(path), "o", &out);
	assert_string_equal(buf_cstr(&out), expected);
	buf_release(&out);
}

static void path_becomes_a_record_path(void **state)
{
	(void)state;
	assert_path("$", "o");
	assert_path("$.spec.replicas", "o.spec.replicas");
	assert_path("$.items[0].name", "o.items.0.name");
	assert_path("$[2][3]", "o.2.3");
	assert_path("$.a['b.c/d'].e", "o.a.b\\.c/d.e");
	assert_path("$[\"it's\"]", "o.it's");
	assert_path("$['back\\slash']", "o.back\\\\slash");
	assert_path("$['']", "o.");
}

static void path_malformed_is_refused_with_its_offset(void **state)
{
	static const char *const bad[] = {
		"",      "a",       ".a",     "$a",      "$.",      "$..a",  "$.a[",
		"$.a[]", "$.a[-1]", "$.a[*]", "$.a['b]", "$.a['b'", "$.a b", "$[99999999999]",
		NULL};

	(void)state;
	for (size_t i = 0; bad[i]; i++) {
		struct err e = ERR_INIT;

		if (jsonpath_check(span_cstr(bad[i]), &e) == 0)
			fail_msg("'%s' was accepted", bad[i]);
		assert_int_equal(e.code, EX_BADCONFIG);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(path_becomes_a_record_path),
		cmocka_unit_test(path_malformed_is_refused_with_its_offset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
