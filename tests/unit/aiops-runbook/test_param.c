/* Typed values: what each type accepts, and that nothing dangerous passes any. */
#include "aiops-runbook/schema/param.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct param of_type(enum param_type type)
{
	return (struct param){.name = SPAN("x"), .type = type, .max_length = PARAM_MAX_LENGTH};
}

static bool accepts(const struct param *p, const char *value)
{
	struct err e = ERR_INIT;

	return param_check(p, span_cstr(value), &e) == 0;
}

static void assert_verdicts(const struct param *p, const char *const *good, const char *const *bad)
{
	for (size_t i = 0; good[i]; i++)
		if (!accepts(p, good[i]))
			fail_msg("%s: '%s' was refused", param_type_names[p->type], good[i]);
	for (size_t i = 0; bad[i]; i++)
		if (accepts(p, bad[i]))
			fail_msg("%s: '%s' was accepted", param_type_names[p->type], bad[i]);
}

static void check_each_type_accepts_only_its_own(void **state)
{
	static const struct {
		enum param_type type;
		const char *good[8], *bad[12];
	} table[] = {
		{PARAM_INTEGER,
		 {"0", "-1", "9223372036854775807"},
		 {"", "1.0", "1e3", "0x10", " 1", "+-1", "12x", "9223372036854775808"}},
		{PARAM_NUMBER, {"0", "-1.5", "1e3"}, {"", "nan", "inf", "0x1p3", "1,5", "1 "}},
		{PARAM_BOOLEAN, {"true", "false"}, {"", "yes", "True", "1"}},
		{PARAM_DURATION, {"30s", "500ms", "1h30m", "0"}, {"", "30", "-5s", "5 s", "1w2"}},
		{PARAM_HOSTNAME,
		 {"db-1", "a.example", "A1", "10.0.0.1"},
		 {"", "-a", "a-", "a..b", ".a", "a.", "a_b", "a/b", "a b", "host:1"}},
		{PARAM_IP,
		 {"10.0.0.1", "::1", "fe80::1"},
		 {"", "10.0.0", "10.0.0.256", "1.2.3.4/8", "localhost", "0x7f.1", "2130706433"}},
		{PARAM_K8S_NAME,
		 {"web", "web-1", "a.b"},
		 {"", "Web", "-web", "web-", "web_1", "web/1", "a..b"}},
		{PARAM_PATH,
		 {"/", "/a/b", "/a/..b", "/a b"},
		 {"", "a/b", "./a", "/a/../b", "/..", "../a", "~/.ssh"}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct param p = of_type(table[i].type);

		assert_verdicts(&p, table[i].good, table[i].bad);
	}
}

static void check_no_type_accepts_control_bytes_nul_or_broken_utf8(void **state)
{
	static const struct span hostile[] = {
		{"a\0b", 3},         {"a\nb", 3},         {"a\rb", 3}, {"a\x1b[31m", 6},
		{"\x7f", 1},         {"\xc2\x9b", 2},     {"\xff", 1}, {"\xc3", 1},
		{"\xe2\x80\xa8", 3}, {"\xed\xa0\x80", 3}, {"\t", 1},   {"\xc0\xaf", 2},
	};

	(void)state;
	for (enum param_type type = PARAM_STRING; type <= PARAM_URL; type++) {
		struct param p = of_type(type);

		for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
			struct err e = ERR_INIT;

			assert_int_equal(param_check(&p, hostile[i], &e), -1);
			assert_int_equal(e.code, EX_BADDATA);
		}
	}
}

static void check_leading_dash_only_where_declared_or_numeric(void **state)
{
	struct param text = of_type(PARAM_STRING), number = of_type(PARAM_INTEGER);

	(void)state;
	assert_false(accepts(&text, "--kubeconfig=/tmp/x"));
	assert_false(accepts(&text, "-o"));
	assert_true(param_excludes_dash(&text));
	text.allow_dash = true;
	assert_true(accepts(&text, "-o"));
	assert_false(param_excludes_dash(&text));
	assert_true(accepts(&number, "-5"));
	assert_false(param_excludes_dash(&number));
	number.has_min = true;
	assert_false(accepts(&number, "-0")); /* zero by value, an option by its look */
	assert_true(param_excludes_dash(&number));
}

static void check_bounds_are_inclusive(void **state)
{
	struct param p = of_type(PARAM_INTEGER), d = of_type(PARAM_DURATION);

	(void)state;
	p.has_min = p.has_max = true;
	p.min_i64 = 1;
	p.max_i64 = 15;
	assert_verdicts(&p, (const char *const[]){"1", "15", NULL},
			(const char *const[]){"0", "16", NULL});
	d.has_min = d.has_max = true;
	d.min = 10000;
	d.max = 600000;
	assert_verdicts(&d, (const char *const[]){"10s", "10m", NULL},
			(const char *const[]){"9s", "601s", NULL});
}

static void check_path_under_a_directory(void **state)
{
	struct param p = of_type(PARAM_PATH);

	(void)state;
	p.under = SPAN("/var/log/");
	assert_verdicts(&p, (const char *const[]){"/var/log", "/var/log/a", "/var/log/a/b", NULL},
			(const char *const[]){"/var/logs", "/var", "/", "/var/log/../spool", NULL});
}

static void check_url_host_and_scheme_are_declared(void **state)
{
	static const struct span hosts[] = {{"api.example", 11}};
	struct param p = of_type(PARAM_URL);

	(void)state;
	p.hosts = (struct words){hosts, 1};
	assert_verdicts(&p,
			(const char *const[]){"https://api.example", "https://api.example/x?y#z",
					      "https://api.example:8443/", NULL},
			(const char *const[]){
				"http://api.example", "https://evil.example",
				"https://api.example@evil.example/", "https://api.example.evil/",
				"https://evil\\@api.example", "//api.example", "https:///x",
				"https://api.example/a b", "file:///etc/passwd", NULL});
}

static void check_length_allow_deny_and_pattern(void **state)
{
	static const struct span allowed[] = {{"fast", 4}, {"slow", 4}}, denied[] = {{"slow", 4}};
	struct param p = of_type(PARAM_STRING);
	struct err e = ERR_INIT;

	(void)state;
	p.max_length = 4;
	assert_true(accepts(&p, "abcd"));
	assert_false(accepts(&p, "abcde"));
	p.allow = (struct words){allowed, 2};
	p.deny = (struct words){denied, 1};
	assert_true(accepts(&p, "fast"));
	assert_false(accepts(&p, "slow"));
	assert_false(accepts(&p, "fas"));
	p.allow = (struct words){0};
	assert_int_equal(pattern_compile(SPAN("[a-f]+"), PATTERN_WHOLE, &p.pattern, &e), 0);
	assert_true(accepts(&p, "fade"));
	assert_false(accepts(&p, "fad1"));
	assert_false(accepts(&p, ""));
	pattern_free(p.pattern);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_each_type_accepts_only_its_own),
		cmocka_unit_test(check_no_type_accepts_control_bytes_nul_or_broken_utf8),
		cmocka_unit_test(check_leading_dash_only_where_declared_or_numeric),
		cmocka_unit_test(check_bounds_are_inclusive),
		cmocka_unit_test(check_path_under_a_directory),
		cmocka_unit_test(check_url_host_and_scheme_are_declared),
		cmocka_unit_test(check_length_allow_deny_and_pattern),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
