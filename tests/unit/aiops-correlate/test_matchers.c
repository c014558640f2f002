#include "aiops-correlate/suppress/matchers.h"

#include "correlate_test.h"

static struct span get(const void *ctx, struct span name)
{
	const struct label *labels = ctx;

	for (; labels->name.data; labels++)
		if (span_eq(labels->name, name))
			return labels->value;
	return SPAN_NONE;
}

static const struct label labels[] = {{{"service", 7}, {"cart", 4}},
				      {{"path", 4}, {"/a\nb", 4}},
				      {{"quoted", 6}, {"say \"hi\"", 8}},
				      {{NULL, 0}, {NULL, 0}}};

static bool matches(const char *text)
{
	struct matchers ms = {0};
	struct err e = ERR_INIT;
	bool yes;

	if (matchers_add(&ms, span_cstr(text), &e) != 0)
		fail_msg("%s: %s", text, e.text);
	yes = matchers_match(&ms, (struct subject){labels, get});
	matchers_release(&ms);
	return yes;
}

static void matchers_match_as_alertmanager_does(void **state)
{
	static const char *const yes[] = {"service=cart",
					  "service=\"cart\"",
					  " service = cart ",
					  "service!=card",
					  "service=~\"c.*\"",
					  "service=~cart|x",
					  "service!~\"art\"",
					  "missing=",
					  "missing=\"\"",
					  "missing!=x",
					  "missing=~\"x?\"",
					  "path=\"/a\\nb\"",
					  "quoted=\"say \\\"hi\\\"\"",
					  "\"service\"=cart"};
	static const char *const no[] = {"service=car",   "service=~\"art\"", "service=~\"car\"",
					 "service!=cart", "service!~\"c.*\"", "missing=x",
					 "missing!=\"\"", "missing=~\".+\""};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(yes); i++)
		if (!matches(yes[i]))
			fail_msg("%s does not match", yes[i]);
	for (size_t i = 0; i < ARRAY_LEN(no); i++)
		if (matches(no[i]))
			fail_msg("%s matches", no[i]);
}

static void matchers_all_of_them_have_to_match(void **state)
{
	struct matchers ms = {0};
	struct err e = ERR_INIT;

	(void)state;
	assert_true(matchers_match(&ms, (struct subject){labels, get}));
	assert_int_equal(matchers_add(&ms, SPAN("service=cart"), &e), 0);
	assert_true(matchers_match(&ms, (struct subject){labels, get}));
	assert_int_equal(matchers_add(&ms, SPAN("path=/b"), &e), 0);
	assert_false(matchers_match(&ms, (struct subject){labels, get}));
	matchers_release(&ms);
}

static void matchers_that_are_wrong(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"", "a matcher begins with the name of a label"},
		{"=x", "a matcher begins with the name of a label"},
		{"9a=x", "a matcher begins with the name of a label"},
		{"service", "behind the label 'service' comes one of =, !=, =~, !~"},
		{"service cart", "behind the label 'service' comes one of =, !=, =~, !~"},
		{"service=\"cart", "the quoted value does not end"},
		{"service=\"a\\x\"", "the quoted value does not end, or has an escape"},
		{"service=\"a\" b", "text behind the quoted value"},
		{"service=a\"b", "a quote inside a value without quotes"},
		{"service=~\"(\"", "not a pattern: missing closing parenthesis at offset 1"},
		{"service=~\"(a{60000}){9000}\"", "not a pattern"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct matchers ms = {0};
		struct err e = ERR_INIT;

		assert_int_equal(matchers_add(&ms, span_cstr(cases[i].text), &e), -1);
		if (strncmp(e.text, cases[i].want, strlen(cases[i].want)) != 0)
			fail_msg("%s: %s", cases[i].text, e.text);
		assert_int_equal(ms.n, 0);
		matchers_release(&ms);
	}
}

/* Exponential without limits; and neither = nor != of it holds an alert back. */
static void matchers_a_hostile_pattern_ends(void **state)
{
	static const struct label long_one[] = {
		{{"x", 1}, {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", 48}},
		{{NULL, 0}, {NULL, 0}}};
	static const char *const texts[] = {"x=~\"(a+)+(a+)+(a+)+c\"", "x!~\"(a+)+(a+)+(a+)+c\""};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct matchers ms = {0};
		struct err e = ERR_INIT;

		assert_int_equal(matchers_add(&ms, span_cstr(texts[i]), &e), 0);
		(void)matchers_match(&ms, (struct subject){long_one, get});
		matchers_release(&ms);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matchers_match_as_alertmanager_does),
		cmocka_unit_test(matchers_all_of_them_have_to_match),
		cmocka_unit_test(matchers_that_are_wrong),
		cmocka_unit_test(matchers_a_hostile_pattern_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
