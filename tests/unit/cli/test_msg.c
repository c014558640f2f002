/* Messages (msg.c) and standard output (out.c). */
#include "cli/cli.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "capture.h"
#include "cli/context.h"
#include "cli/out.h"

static const struct program program = {.name = "aiops-probe"};

struct fixture {
	struct cli c;
	struct buf text;
};

static int setup(void **state)
{
	struct fixture *x = calloc(1, sizeof *x);

	x->c.program = &program;
	buf_init(&x->text, 1 << 24);
	*state = x;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *x = *state;

	buf_release(&x->text);
	buf_release(&x->c.out.buf);
	free(x);
	return 0;
}

static void all_levels(struct cli *c)
{
	msg(c, MSG_ERROR, "stdin:1", "an %s", "error");
	msg(c, MSG_WARNING, NULL, "a warning");
	msg(c, MSG_INFO, NULL, "an info");
	msg(c, MSG_DEBUG, NULL, "a debug");
}

static void msg_prints_what_the_level_allows(void **state)
{
	static const struct {
		bool quiet;
		int verbose;
		const char *want;
	} cases[] = {
		{false, 0,
		 "aiops-probe: error: stdin:1: an error\naiops-probe: warning: a warning\n"},
		{true, 0, "aiops-probe: error: stdin:1: an error\n"},
		{true, 2, "aiops-probe: error: stdin:1: an error\n"},
		{false, 1,
		 "aiops-probe: error: stdin:1: an error\naiops-probe: warning: a warning\n"
		 "aiops-probe: info: an info\n"},
		{false, 2,
		 "aiops-probe: error: stdin:1: an error\naiops-probe: warning: a warning\n"
		 "aiops-probe: info: an info\naiops-probe: debug: a debug\n"},
	};
	struct fixture *x = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct capture c = capture_start(STDERR_FILENO);

		x->c.common.quiet = cases[i].quiet;
		x->c.common.verbose = cases[i].verbose;
		buf_clear(&x->text);
		all_levels(&x->c);
		capture_end(&c, &x->text);
		assert_string_equal(buf_cstr(&x->text), cases[i].want);
	}
}

static void msg_writes_json(void **state)
{
	struct fixture *x = *state;
	struct capture c = capture_start(STDERR_FILENO);

	x->c.log_json = true;
	msg(&x->c, MSG_WARNING, "a\"b:1", "x\ny\x1b");
	msg(&x->c, MSG_ERROR, NULL, "plain");
	capture_end(&c, &x->text);
	assert_string_equal(
		buf_cstr(&x->text),
		"{\"level\":\"warning\",\"tool\":\"aiops-probe\",\"where\":\"a\\\"b:1\",\"message\":"
		"\"x\\ny\\u001b\"}\n"
		"{\"level\":\"error\",\"tool\":\"aiops-probe\",\"message\":\"plain\"}\n");
}

static void msg_err_places_and_returns_the_code(void **state)
{
	struct fixture *x = *state;
	struct err plain = ERR_INIT, placed = ERR_INIT, usage = ERR_INIT;
	struct capture c;

	err_set(&plain, EX_IO, "no");
	err_set_at(&placed, EX_BADCONFIG, 3, 7, "bad");
	err_set(&usage, EX_BADUSAGE, "what");
	c = capture_start(STDERR_FILENO);
	assert_int_equal(msg_err(&x->c, NULL, &plain), EX_IO);
	assert_int_equal(msg_err(&x->c, "f", &plain), EX_IO);
	assert_int_equal(msg_err(&x->c, "f.yaml", &placed), EX_BADCONFIG);
	assert_int_equal(msg_err(&x->c, NULL, &placed), EX_BADCONFIG);
	assert_int_equal(msg_err(&x->c, NULL, &usage), EX_BADUSAGE);
	x->c.log_json = true;
	assert_int_equal(msg_err(&x->c, NULL, &usage), EX_BADUSAGE);
	capture_end(&c, &x->text);
	assert_string_equal(buf_cstr(&x->text),
			    "aiops-probe: error: no\n"
			    "aiops-probe: error: f: no\n"
			    "aiops-probe: error: f.yaml:3:7: bad\n"
			    "aiops-probe: error: line 3, column 7: bad\n"
			    "aiops-probe: error: what\ntry 'aiops-probe --help'\n"
			    "{\"level\":\"error\",\"tool\":\"aiops-probe\",\"message\":\"what\","
			    "\"hint\":\"try 'aiops-probe --help'\"}\n");
}

static void msg_err_without_a_code_is_a_bug(void **state)
{
	struct fixture *x = *state;
	struct err none = ERR_INIT;
	struct capture c = capture_start(STDERR_FILENO);

	assert_int_equal(msg_err(&x->c, NULL, &none), EX_BUG);
	capture_end(&c, &x->text);
}

static void out_write_keeps_order_over_any_sizes(void **state)
{
	struct fixture *x = *state;
	struct buf want = BUF_INIT(1 << 24);
	struct capture c = capture_start(STDOUT_FILENO);
	char block[70000];

	for (size_t size = 0; size < sizeof block; size = size * 3 + 1) {
		memset(block, (int)('a' + size % 26), size);
		out_write(&x->c, span_of(block, size));
		buf_add(&want, block, size);
	}
	out_flush(&x->c);
	capture_end(&c, &x->text);
	assert_false(out_failed(&x->c));
	assert_int_equal(x->text.len, want.len);
	assert_memory_equal(x->text.data, want.data, want.len);
	buf_release(&want);
}

static void out_write_holds_back_until_the_flush(void **state)
{
	struct fixture *x = *state;
	struct capture c = capture_start(STDOUT_FILENO);

	out_write(&x->c, SPAN("held"));
	capture_end(&c, &x->text);
	assert_int_equal(x->text.len, 0);
}

/* Runs f with standard output on a file that cannot be written. */
static void on_full_disk(struct fixture *x, void (*f)(struct fixture *x))
{
	int saved = dup(STDOUT_FILENO), full = open("/dev/full", O_WRONLY);

	assert_true(full >= 0);
	dup2(full, STDOUT_FILENO);
	close(full);
	f(x);
	dup2(saved, STDOUT_FILENO);
	close(saved);
}

static void write_and_flush(struct fixture *x)
{
	out_write(&x->c, SPAN("x"));
	assert_false(out_failed(&x->c));
	out_flush(&x->c);
	assert_true(out_failed(&x->c));
	out_write(&x->c, SPAN("y")); /* is thrown away */
	out_flush(&x->c);
}

static void out_flush_keeps_the_first_error(void **state)
{
	struct fixture *x = *state;

	on_full_disk(x, write_and_flush);
	assert_int_equal(x->c.out.errnum, ENOSPC);
	assert_false(out_pipe_gone(&x->c));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(msg_prints_what_the_level_allows),
		CASE(msg_writes_json),
		CASE(msg_err_places_and_returns_the_code),
		CASE(msg_err_without_a_code_is_a_bug),
		CASE(out_write_keeps_order_over_any_sizes),
		CASE(out_write_holds_back_until_the_flush),
		CASE(out_flush_keeps_the_first_error),
	};

	return cmocka_run_group_tests_name("cli/msg", tests, NULL, NULL);
}
