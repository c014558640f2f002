/* Expectations and captures over real results of real (tiny) children. */
#include "aiops-runbook/engine/expect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aiops-runbook/schema/model.h"

/* A runbook with one step that has this expect and capture; the rest is as it must be. */
static struct runbook *with(const char *expect, const char *capture)
{
	struct buf text = BUF_INIT(8192);
	struct findings f = {0};
	struct runbook *rb;

	buf_addf(
		&text,
		"version: 1\nid: x\nname: x\nrisk: low\nparameters:\n  max: {type: integer, default: 80}\nsteps:\n"
		"  - id: s\n    effect: read\n    argv: [\"true\"]\n    timeout: 1s\n    expect: %s\n    capture: %s\n",
		expect, capture ? capture : "{}");
	rb = runbook_parse("x.yaml", buf_span(&text), &f);
	if (f.n)
		fail_msg("%s", f.items[0].text);
	findings_release(&f);
	buf_release(&text);
	return rb;
}

static struct proc_result result_of(const char *out, int exit_status)
{
	struct proc_result r = {
		.exit_status = exit_status, .out.kept = BUF_INIT(65536), .err.kept = BUF_INIT(16)};

	buf_add_cstr(&r.out.kept, out);
	r.out.total_bytes = r.out.kept.len;
	return r;
}

static const struct span values[] = {{"80", 2}};
static const struct bindings bind = {.params = values};

static void assert_expect(const char *expect, const char *out, bool met, const char *why_part)
{
	struct runbook *rb = with(expect, NULL);
	struct proc_result r = result_of(out, 0);
	struct buf why = BUF_INIT(1024);

	if (expect_met(&rb->steps[0].command.expect, &bind, &r, &why) != met)
		fail_msg("%s over '%s': %s", expect, out, buf_cstr(&why));
	if (why_part && !strstr(buf_cstr(&why), why_part))
		fail_msg("'%s' lacks '%s'", buf_cstr(&why), why_part);
	buf_release(&why);
	proc_result_release(&r);
	runbook_free(rb);
}

static void expect_output_compares_as_numbers_instants_or_text(void **state)
{
	(void)state;
	assert_expect("{output: {op: '<', value: 9}}", "10\n", false,
		      "the output is '10', expected < '9'");
	assert_expect("{output: {op: '<', value: '{{max}}'}}", " 79 \n", true, NULL);
	assert_expect("{output: {op: '<', value: '{{max}}'}}", "80\n", false, "expected < '80'");
	assert_expect("{output: {op: '==', value: 1.50}}", "1.5\n", true, NULL);
	assert_expect("{output: {op: '==', value: 9007199254740993}}", "9007199254740992", false,
		      NULL);
	assert_expect("{output: {op: '>', value: '2026-11-21T10:00:00+01:00'}}",
		      "2026-11-21T09:00:01Z", true, NULL);
	assert_expect("{output: {op: '!=', value: ok}}", "ok\n", false, NULL);
	assert_expect("{output: {op: '<', value: b}}", "a", false, NULL); /* text has no order */
	assert_expect("{output: {op: in, value: [a, b]}}", "b\n", true, NULL);
	assert_expect("{output: {op: in, value: [a, b]}}", "c\n", false, "(2 values)");
	assert_expect("{output: {op: matches, value: '^[ab]$'}}", "b\n", true, NULL);
	assert_expect("{output: {op: '<', value: 5}}", "", false, NULL);
}

static void expect_stdout_is_searched(void **state)
{
	(void)state;
	assert_expect("{stdout: '^OK$'}", "x\nOK\n", true, NULL);
	assert_expect("{stdout: '^OK$'}", "NOK\n", false, "does not match ^OK$");
}

static void expect_json_value_is_compared(void **state)
{
	static const char doc[] =
		"{\"free\": 3, \"by\": {\"a.b\": [1, {\"x\": \"y\"}]},\n \"big\": 123456789012345678901234567890}";

	(void)state;
	assert_expect("{json: {path: $.free, op: '<=', value: 3}}", doc, true, NULL);
	assert_expect("{json: {path: $.free, op: '>', value: 3}}", doc, false,
		      "$.free is '3', expected > '3'");
	assert_expect("{json: {path: \"$.by['a.b'][1].x\", op: '==', value: y}}", doc, true, NULL);
	assert_expect("{json: {path: $.big, op: '==', value: 123456789012345678901234567890}}", doc,
		      true, NULL);
	assert_expect("{json: {path: $.gone, op: exists}}", doc, false, "no $.gone");
	assert_expect("{json: {path: $.by, op: exists}}", doc, true, NULL);
	assert_expect("{json: {path: $.by, op: '==', value: x}}", doc, false, "no single value");
	assert_expect("{json: {path: '$[1]', op: '==', value: 2}}", "[1, 2]", true, NULL);
	assert_expect("{json: {path: $, op: '==', value: 'true'}}", "true", true, NULL);
	assert_expect("{json: {path: $.free, op: '==', value: 3}}", "not json", false, "not JSON");
	assert_expect("{json: {path: $.free, op: '==', value: 3}}", "{\"free\":3}}", false,
		      "not JSON");
	assert_expect("{json: {path: $.o, op: '==', value: 1}}", "1},\"o\":{\"o\":1", false,
		      NULL); /* no way out of the wrapping */
}

static void expect_exit_status_signal_and_timeout(void **state)
{
	struct runbook *rb = with("{exit_code: [0, 3]}", NULL);
	const struct expect *x = &rb->steps[0].command.expect;
	struct proc_result r = result_of("", 3);
	struct buf why = BUF_INIT(1024);

	(void)state;
	assert_true(expect_met(x, &bind, &r, &why));
	r.exit_status = 1;
	assert_false(expect_met(x, &bind, &r, &why));
	assert_string_equal(buf_cstr(&why), "exit status 1");
	r.exit_status = 0;
	r.signal = 9;
	buf_clear(&why);
	assert_false(expect_met(x, &bind, &r, &why));
	assert_string_equal(buf_cstr(&why), "ended by signal 9");
	r.signal = 0;
	r.timed_out = true; /* even if it then ended with 0 */
	assert_false(expect_met(x, &bind, &r, &why));
	buf_release(&why);
	proc_result_release(&r);
	runbook_free(rb);
}

static int take(const char *capture, const char *out, bool truncated, char *value, struct err *e)
{
	struct runbook *rb = with("{}", capture);
	struct proc_result r = result_of(out, 0);
	struct pool pool = {NULL};
	struct span got = SPAN_NONE;
	int rc;

	r.out.truncated = truncated;
	rc = capture_take(&rb->captures[0], &r, &pool, &got, e);
	if (rc == 0) {
		memcpy(value, got.data, got.len);
		value[got.len] = '\0';
	}
	pool_release(&pool);
	proc_result_release(&r);
	runbook_free(rb);
	return rc;
}

static void capture_by_pattern_and_path_is_checked_by_its_type(void **state)
{
	static const char number[] = "{n: {regex: 'limit: (.*)', type: integer, min: -1}}";
	static const char member[] = "{n: {json: '$.old', type: integer, min: 0}}";
	struct err e = ERR_INIT;
	char value[64];

	(void)state;
	assert_int_equal(take(number, "limit: -1\n", false, value, &e), 0);
	assert_string_equal(value, "-1");
	assert_int_equal(take(member, "{\"old\": 12}", false, value, &e), 0);
	assert_string_equal(value, "12");
	assert_int_equal(take(number, "limit: 1; drop table\n", false, value, &e), -1);
	assert_non_null(strstr(e.text, "capture 'n'"));
	err_clear(&e);
	assert_int_equal(take(number, "nothing\n", false, value, &e), -1);
	assert_non_null(strstr(e.text, "does not match"));
	err_clear(&e);
	assert_int_equal(take(member, "{\"old\": null}", false, value, &e), -1);
	err_clear(&e);
	assert_int_equal(take(number, "limit: 5\n", true, value, &e), -1);
	assert_non_null(strstr(e.text, "output_limit"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(expect_output_compares_as_numbers_instants_or_text),
		cmocka_unit_test(expect_stdout_is_searched),
		cmocka_unit_test(expect_json_value_is_compared),
		cmocka_unit_test(expect_exit_status_signal_and_timeout),
		cmocka_unit_test(capture_by_pattern_and_path_is_checked_by_its_type),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
