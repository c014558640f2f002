/*
 * Fixtures of runbooks: which answer a call gets, and what counts as a difference.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "aiops-runbook/fixtures/calls.h"
#include "aiops-runbook/fixtures/judge.h"
#include "aiops-runbook/fixtures/skeleton.h"
#include "aiops-runbook/schema/model.h"
#include "base/file.h"

#define HEAD "version: 1\nname: n\n"
#define TAIL "expect: {state: succeeded, events: [], calls: []}\n"

static char path[64];

static int load(const char *text, struct fixture *f, struct err *e)
{
	*e = ERR_INIT;
	if (file_write_atomic(path, span_cstr(text), 0600, e) != 0)
		fail_msg("%s", e->text);
	return fixture_load(path, f, e);
}

static void loaded(const char *text, struct fixture *f)
{
	struct err e;

	if (load(text, f, &e) != 0)
		fail_msg("%zu:%zu: %s", e.line, e.col, e.text);
}

static void refused_at(const char *text, size_t line, const char *words)
{
	struct fixture f;
	struct err e;

	assert_int_equal(load(text, &f, &e), -1);
	assert_int_equal(e.code, EX_BADCONFIG);
	assert_int_equal(e.line, line);
	if (!strstr(e.text, words))
		fail_msg("'%s' has no '%s'", e.text, words);
}

static struct call called(struct span *words, size_t n, const char *text, int64_t answer)
{
	return (struct call){{words, n}, span_cstr(text), answer};
}

/* ---- loading ---- */

static void fixture_load_refuses_with_place(void **state)
{
	(void)state;
	refused_at(HEAD, 1, "a fixture has version: 1, name and expect");
	refused_at("version: 2\nname: n\n" TAIL, 1, "");
	refused_at(HEAD "tols: {}\n" TAIL, 3, "did you mean 'tools'");
	refused_at(HEAD "tools:\n  a/b: []\n" TAIL, 4, "without a slash");
	refused_at(HEAD "tools:\n  .x: []\n" TAIL, 4, "without a slash");
	refused_at(HEAD "tools:\n  x: [{match: '('}]\n" TAIL, 4, "");
	refused_at(HEAD "tools:\n  x: [{exit: 256}]\n" TAIL, 4, "");
	refused_at(HEAD "tools:\n  x: [{signal: HUP}]\n" TAIL, 4, "TERM, KILL");
	refused_at(HEAD "http: [{status: 99}]\n" TAIL, 3, "");
	refused_at(HEAD "expect: {state: failed}\n", 3, "state, events and calls");
	refused_at(HEAD "expect: {state: failed, events: [], calls: [[]]}\n", 3, "its tool first");
	refused_at(HEAD "expect: {state: failed, events: [], calls: [{times: 5000, call: x}]}\n", 3,
		   "");
	refused_at(HEAD "expect: {state: failed, events: [], calls: [{times: 4096, call: x}, y]}\n",
		   3, "too many calls");
}

static void fixture_load_repeats_calls(void **state)
{
	struct fixture f;

	(void)state;
	loaded(HEAD
	       "expect: {state: failed, events: [], calls: [{times: 3, call: [a, b]}, '^c']}\n",
	       &f);
	assert_int_equal(f.n_calls, 4);
	assert_true(span_is(f.calls[2].text, "a b"));
	assert_non_null(f.calls[3].pattern);
	fixture_release(&f);
}

/* ---- answers ---- */

static void answer_choose_first_that_fits(void **state)
{
	struct span set[] = {SPAN("tool"), SPAN("set"), SPAN("1")};
	struct span get[] = {SPAN("tool"), SPAN("get")};
	struct call past[] = {called(get, 2, "tool get", 1), called(set, 3, "tool set 1", 3),
			      called(get, 2, "tool get", 0)};
	struct call_log log = {.items = past};
	struct fixture f;

	(void)state;
	loaded(HEAD "tools:\n  tool:\n"
		    "    - {match: '^get$', after: 'tool set', times: 1}\n"
		    "    - {match: '^get$'}\n"
		    "    - {input: '^secret'}\n"
		    "    - {match: '^set [0-9]+$'}\n" TAIL,
	       &f);
	assert_int_equal(answer_choose(&f.tools[0], SPAN("get"), SPAN(""), &log), 1);
	assert_int_equal(answer_choose(&f.tools[0], SPAN("put"), SPAN("secret 1"), &log), 2);
	assert_int_equal(answer_choose(&f.tools[0], SPAN("set x"), SPAN(""), &log), -1);
	log.n = 2; /* it was set */
	assert_int_equal(answer_choose(&f.tools[0], SPAN("get"), SPAN(""), &log), 0);
	log.n = 3; /* and the first answer was given once */
	assert_int_equal(answer_choose(&f.tools[0], SPAN("get"), SPAN(""), &log), 1);
	fixture_release(&f);
}

static void calls_are_read_as_written(void **state)
{
	struct span items[] = {SPAN("tool"), SPAN("two words"), SPAN(""), SPAN("a\nb\"\x01")};
	struct words words = {items, 4};
	struct call_log log;
	struct err e = ERR_INIT;

	(void)state;
	(void)unlink(path);
	assert_int_equal(calls_read(path, &log, &e), 0);
	assert_int_equal(log.n, 0);
	assert_int_equal(calls_append(path, &words, -1, &e), 0);
	assert_int_equal(calls_append(path, &words, 7, &e), 0);
	assert_int_equal(calls_read(path, &log, &e), 0);
	assert_int_equal(log.n, 2);
	assert_int_equal(log.items[0].answer, -1);
	assert_int_equal(log.items[1].answer, 7);
	assert_int_equal(log.items[1].words.n, 4);
	for (size_t i = 0; i < 4; i++)
		assert_true(span_eq(log.items[1].words.items[i], items[i]));
	calls_release(&log);
	(void)unlink(path);
}

/* ---- judging ---- */

static size_t differences(const struct fixture *f, struct played *p, const char *wanted)
{
	struct buf out = BUF_INIT(1 << 16);
	size_t n = judge(f, p, &out);

	if (wanted && !strstr(buf_cstr(&out), wanted))
		fail_msg("'%s' has no '%s'", buf_cstr(&out), wanted);
	buf_release(&out);
	return n;
}

static void judge_sees_every_difference(void **state)
{
	struct span words[] = {SPAN("tool"), SPAN("a b")},
		    other[] = {SPAN("tool"), SPAN("a"), SPAN("b")};
	struct call calls[] = {called(words, 2, "tool a b", 0), called(words, 2, "tool a b", 0)};
	struct span events[] = {SPAN("step one done"), SPAN("verify v done")};
	struct played p = {.state = SPAN("succeeded"),
			   .reason = SPAN("verified"),
			   .events = events,
			   .n_events = 2,
			   .calls = {.items = calls, .n = 1}};
	struct fixture f;

	(void)state;
	loaded(HEAD
	       "expect: {state: succeeded, reason: verified, events: [step one done, verify v done],\n"
	       "  calls: [[tool, a b]]}\n",
	       &f);
	assert_int_equal(differences(&f, &p, NULL), 0);
	p.reason = SPAN("done");
	assert_int_equal(
		differences(&f, &p, "it is succeeded (done), expected succeeded (verified)"), 1);
	p.reason = SPAN("verified");
	p.n_events = 1;
	assert_int_equal(differences(&f, &p, "event 2: missing: verify v done"), 1);
	p.n_events = 2;
	p.calls.n = 2;
	assert_int_equal(differences(&f, &p, "call 2: not expected: tool a b"), 1);
	p.calls.n = 1;
	calls[0] = called(other, 3, "tool a b", 0); /* the same text, other words */
	assert_int_equal(differences(&f, &p, "call 1: is"), 1);
	calls[0] = called(words, 2, "tool a b", -1);
	assert_int_equal(differences(&f, &p, "call 1 has no answer"), 1);
	fixture_release(&f);
}

/* ---- the skeleton ---- */

static void skeleton_loads(void **state)
{
	struct buf text = BUF_INIT(1 << 16);
	struct findings found = {0};
	struct runbook *rb;
	struct fixture f;

	(void)state;
	skeleton_runbook(SPAN("queue-stuck"), SPAN("2026-11-21"), &text);
	rb = runbook_parse("queue-stuck.yaml", buf_span(&text), &found);
	assert_non_null(rb);
	assert_int_equal(found.errors, 0);
	assert_true(span_is(rb->id, "queue-stuck"));
	assert_null(strchr(buf_cstr(&text), '@'));
	runbook_free(rb);
	findings_release(&found);
	buf_clear(&text);
	skeleton_fixture(SPAN("queue-stuck"), &text);
	loaded(buf_cstr(&text), &f);
	fixture_release(&f);
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fixture_load_refuses_with_place),
		cmocka_unit_test(fixture_load_repeats_calls),
		cmocka_unit_test(answer_choose_first_that_fits),
		cmocka_unit_test(calls_are_read_as_written),
		cmocka_unit_test(judge_sees_every_difference),
		cmocka_unit_test(skeleton_loads),
	};
	int failed, fd;

	(void)snprintf(path, sizeof path, "/tmp/runbook-fixture-XXXXXX");
	fd = mkstemp(path);
	if (fd < 0)
		return 1;
	(void)close(fd);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	(void)unlink(path);
	return failed;
}
