#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "aiops-ingest/formats/mapping.h"

static void mapping_parse_knows_paths_constants_and_kinds(void **state)
{
	const char *texts[] = {"kind=log", "timestamp=a.ts", "labels.team=\"db\"", "severity=\"\"",
			       "kind2=x"};
	struct mapping m;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(mapping_parse(texts, 4, &m, &e), 0);
	assert_null(m.rules[0].path);
	assert_true(span_is(m.rules[0].literal, "log"));
	assert_string_equal(m.rules[1].path, "a.ts");
	assert_int_equal(m.rules[2].target, TARGET_LABEL);
	assert_true(span_is(m.rules[2].name, "team"));
	assert_true(span_is(m.rules[2].literal, "db"));
	assert_int_equal(m.rules[3].literal.len, 0);
	mapping_release(&m);
}

static void mapping_parse_refuses(void **state)
{
	static const struct {
		const char *texts[2];
		const char *why;
	} cases[] = {
		{{"kind=log", "nonsense=x"}, "no such field"},
		{{"kind=log", "body"}, "not FIELD=PATH"},
		{{"kind=log", "body="}, "not FIELD=PATH"},
		{{"kind=log", "=x"}, "not FIELD=PATH"},
		{{"kind=log", "labels.=x"}, "no such field"},
		{{"kind=log", "labels=x"}, "no such field"},
		{{"kind=log", "kind=alert"}, "kind is given twice"},
		{{"body=msg", "name=x"}, "says no kind"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct mapping m;
		struct err e = ERR_INIT;

		assert_int_equal(mapping_parse(cases[i].texts, 2, &m, &e), -1);
		assert_int_equal(e.code, EX_BADUSAGE);
		assert_non_null(strstr(e.text, cases[i].why));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mapping_parse_knows_paths_constants_and_kinds),
		cmocka_unit_test(mapping_parse_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
