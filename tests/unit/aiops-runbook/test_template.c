/* Templates: what is a reference, and that a value never becomes anything else. */
#include "aiops-runbook/schema/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct span params[] = {{"role", 4}, {"limit", 5}}, captures[] = {{"old_limit", 9}};
static const struct names names = {params, 2, captures, 1};

struct fixture {
	struct pool pool;
	struct findings f;
	struct template t;
	struct buf out;
};

static void parse(struct fixture *x, const char *source)
{
	*x = (struct fixture){.out = BUF_INIT(4096)};
	template_parse(&x->t, span_cstr(source), (struct pos){3, 7}, &names, &x->pool, &x->f);
}

static void release(struct fixture *x)
{
	buf_release(&x->out);
	findings_release(&x->f);
	pool_release(&x->pool);
}

static void assert_rendered(const char *source, const char *role, const char *expected)
{
	struct span values[] = {span_cstr(role), SPAN("8")}, captured[] = {SPAN_NONE};
	struct bindings b = {.params = values, .captures = captured, .run_id = SPAN("RUN-1")};
	struct fixture x;

	parse(&x, source);
	assert_int_equal(x.f.n, 0);
	assert_true(template_render(&x.t, &b, &x.out));
	assert_string_equal(buf_cstr(&x.out), expected);
	release(&x);
}

static void render_replaces_references_in_place(void **state)
{
	(void)state;
	assert_rendered("{{role}}", "app", "app");
	assert_rendered("role={{ role }},{{limit}};{{run.id}}", "app", "role=app,8;RUN-1");
	assert_rendered("plain", "app", "plain");
	assert_rendered("", "app", "");
	assert_rendered("}} {", "app", "}} {");
}

static void render_four_braces_are_two(void **state)
{
	(void)state;
	assert_rendered("{{{{.Names}}", "app", "{{.Names}}");
	assert_rendered("{{{{{{role}}", "app", "{{app");
}

/* What a value looks like does not matter: it is not read again. */
static void render_value_is_never_parsed(void **state)
{
	(void)state;
	assert_rendered("{{role}}", "{{limit}}", "{{limit}}");
	assert_rendered("x{{role}}y", "$(id) `id` 'q' \" ; | & * ?",
			"x$(id) `id` 'q' \" ; | & * ?y");
}

static void render_unknown_value_says_so(void **state)
{
	struct span values[] = {SPAN_NONE, SPAN("8")}, captured[] = {SPAN_NONE};
	struct bindings b = {.params = values, .captures = captured};
	struct fixture x;

	(void)state;
	parse(&x, "{{old_limit}}");
	assert_false(template_render(&x.t, &b, &x.out));
	release(&x);
	parse(&x, "{{role}}");
	assert_false(template_render(&x.t, &b, &x.out));
	release(&x);
}

static void parse_undefined_reference_is_a_finding(void **state)
{
	struct fixture x;

	(void)state;
	parse(&x, "a {{rol}} b");
	assert_int_equal(x.f.n, 1);
	assert_int_equal(x.f.items[0].rule, RB006);
	assert_int_equal(x.f.items[0].at.line, 3);
	assert_int_equal(x.f.items[0].at.col, 7);
	assert_string_equal(x.f.items[0].text, "{{rol}} is not defined (did you mean {{role}}?)");
	release(&x);
	parse(&x, "{{old_limt}}");
	assert_string_equal(x.f.items[0].text,
			    "{{old_limt}} is not defined (did you mean {{old_limit}}?)");
	release(&x);
	parse(&x, "{{}}");
	assert_string_equal(x.f.items[0].text, "{{}} is not defined");
	release(&x);
}

static void parse_unclosed_reference_is_a_finding(void **state)
{
	struct fixture x;

	(void)state;
	parse(&x, "a {{role");
	assert_int_equal(x.f.n, 1);
	assert_non_null(strstr(x.f.items[0].text, "without }}"));
	release(&x);
}

static void constant_is_without_references(void **state)
{
	struct fixture x;

	(void)state;
	parse(&x, "{{role}}");
	assert_false(template_is_constant(&x.t));
	release(&x);
	parse(&x, "{{{{x");
	assert_true(template_is_constant(&x.t));
	release(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(render_replaces_references_in_place),
		cmocka_unit_test(render_four_braces_are_two),
		cmocka_unit_test(render_value_is_never_parsed),
		cmocka_unit_test(render_unknown_value_says_so),
		cmocka_unit_test(parse_undefined_reference_is_a_finding),
		cmocka_unit_test(parse_unclosed_reference_is_a_finding),
		cmocka_unit_test(constant_is_without_references),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
