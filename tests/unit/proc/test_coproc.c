/* coproc: a child that is asked again and again. */
#include "proc/coproc.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LONG_MS = 60000, SHORT_MS = 50, MEMORY = 256 << 20 };

static struct coproc *start(const char *script)
{
	const char *argv[] = {"sh", "-c", script, NULL};
	const char *envp[] = {NULL};
	struct proc_spec spec = {.path = "/bin/sh", .argv = argv, .envp = envp};
	struct coproc *c = NULL;
	struct err e = ERR_INIT;

	if (coproc_start(&spec, MEMORY, &c, &e) != 0)
		fail_msg("%s", e.text);
	return c;
}

static enum coproc_result ask(struct coproc *c, const char *request, int64_t ms, struct buf *answer)
{
	return coproc_ask(c, span_cstr(request), SPAN("."), ms, answer);
}

static const char echo[] = "while read -r x; do echo \"<$x>\"; echo .; done";

static void ask_several_times_one_child(void **state)
{
	struct coproc *c = start(echo);
	struct buf answer = BUF_INIT(1000);
	struct coproc_end how;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(ask(c, "a b\n", LONG_MS, &answer), COPROC_ANSWERED);
		assert_string_equal(buf_cstr(&answer), "<a b>\n");
	}
	coproc_end(c, LONG_MS, &how);
	assert_int_equal(how.signal, 0);
	assert_int_equal(how.exit_status, 0);
	assert_string_equal(how.words, "");
	buf_release(&answer);
}

/* Longer than the pipes hold, both ways. */
static void ask_more_than_a_pipe_holds(void **state)
{
	struct coproc *c = start(echo);
	struct buf answer = BUF_INIT(2 << 20), request = BUF_INIT(2 << 20);

	(void)state;
	for (int i = 0; i < 1 << 19; i++)
		buf_add_char(&request, 'x');
	buf_add_char(&request, '\n');
	assert_int_equal(ask(c, buf_cstr(&request), LONG_MS, &answer), COPROC_ANSWERED);
	assert_int_equal(answer.len, request.len + 2);
	coproc_end(c, 0, NULL);
	buf_release(&answer);
	buf_release(&request);
}

static void ask_empty_answer(void **state)
{
	struct coproc *c = start("while read -r x; do echo .; done");
	struct buf answer = BUF_INIT(1000);

	(void)state;
	assert_int_equal(ask(c, "a\n", LONG_MS, &answer), COPROC_ANSWERED);
	assert_int_equal(answer.len, 0);
	coproc_end(c, 0, NULL);
	buf_release(&answer);
}

/* The last line counts only as a line. */
static void ask_last_inside_a_line(void **state)
{
	struct coproc *c = start("read -r x; echo a.; echo .a; echo .; read -r x");
	struct buf answer = BUF_INIT(1000);

	(void)state;
	assert_int_equal(ask(c, "a\n", LONG_MS, &answer), COPROC_ANSWERED);
	assert_string_equal(buf_cstr(&answer), "a.\n.a\n");
	coproc_end(c, 0, NULL);
	buf_release(&answer);
}

static void ask_silent_child_is_late(void **state)
{
	struct coproc *c = start("read -r x; read -r y");
	struct buf answer = BUF_INIT(1000);
	struct coproc_end how;

	(void)state;
	assert_int_equal(ask(c, "a\n", SHORT_MS, &answer), COPROC_LATE);
	coproc_end(c, LONG_MS, &how);
	assert_int_equal(how.exit_status, 1); /* read met the end of its input */
	buf_release(&answer);
}

static void ask_flood(void **state)
{
	struct coproc *c = start("while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done");
	struct buf answer = BUF_INIT(1000);
	struct coproc_end how;

	(void)state;
	assert_int_equal(ask(c, "a\n", LONG_MS, &answer), COPROC_FLOODED);
	coproc_end(c, 0, &how);
	assert_true(how.signal == SIGKILL || how.signal == SIGPIPE);
	buf_release(&answer);
}

static void ask_child_that_ends(void **state)
{
	struct coproc *c = start("read -r x; echo half; echo 'it is broken' >&2; exit 3");
	struct buf answer = BUF_INIT(1000);
	struct coproc_end how;

	(void)state;
	assert_int_equal(ask(c, "a\n", LONG_MS, &answer), COPROC_GONE);
	assert_int_equal(ask(c, "a\n", LONG_MS, &answer), COPROC_GONE);
	coproc_end(c, LONG_MS, &how);
	assert_int_equal(how.exit_status, 3);
	assert_string_equal(how.words, "it is broken\n");
	buf_release(&answer);
}

/* What a child prints on standard error is read, or it would wait for ever. */
static void ask_words_are_drained(void **state)
{
	struct coproc *c = start("read -r x; i=0; while [ $i -lt 3000 ]; do "
				 "echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa >&2; "
				 "i=$((i+1)); done; echo .; read -r x");
	struct buf answer = BUF_INIT(1000);
	struct coproc_end how;

	(void)state;
	assert_int_equal(ask(c, "a\n", LONG_MS, &answer), COPROC_ANSWERED);
	coproc_end(c, 0, &how);
	assert_int_equal(strlen(how.words), sizeof how.words - 1);
	buf_release(&answer);
}

static void end_kills_who_does_not_go(void **state)
{
	struct coproc *c = start("trap '' TERM; echo .; while :; do read -r x || :; done");
	struct buf answer = BUF_INIT(1000);
	struct coproc_end how;

	(void)state;
	assert_int_equal(ask(c, "a\n", LONG_MS, &answer), COPROC_ANSWERED);
	coproc_end(c, 1, &how);
	assert_int_equal(how.signal, SIGKILL);
	buf_release(&answer);
}

static void start_clean_and_limited(void **state)
{
	struct coproc *c = start(
		"read -r x; pwd; echo \"[$HOME$USER]\"; ulimit -v; ulimit -f; echo .; read -r x");
	struct buf answer = BUF_INIT(1000);

	(void)state;
	assert_int_equal(ask(c, "a\n", LONG_MS, &answer), COPROC_ANSWERED);
	assert_string_equal(buf_cstr(&answer), "/\n[]\n262144\n0\n");
	coproc_end(c, 0, NULL);
	buf_release(&answer);
}

static void start_missing_program(void **state)
{
	const char *argv[] = {"x", NULL}, *envp[] = {NULL};
	struct proc_spec spec = {.path = "/nonexistent/x", .argv = argv, .envp = envp};
	struct coproc *c = NULL;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(coproc_start(&spec, MEMORY, &c, &e), -1);
	assert_int_equal(e.code, EX_UNREADABLE);
	assert_null(c);
	coproc_end(NULL, 0, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ask_several_times_one_child),
		cmocka_unit_test(ask_more_than_a_pipe_holds),
		cmocka_unit_test(ask_empty_answer),
		cmocka_unit_test(ask_last_inside_a_line),
		cmocka_unit_test(ask_silent_child_is_late),
		cmocka_unit_test(ask_flood),
		cmocka_unit_test(ask_child_that_ends),
		cmocka_unit_test(ask_words_are_drained),
		cmocka_unit_test(end_kills_who_does_not_go),
		cmocka_unit_test(start_clean_and_limited),
		cmocka_unit_test(start_missing_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
