/* The order of callbacks in the filter loop, seen through a filter that writes down what is called.
 */
#include "cli/filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "capture.h"
#include "cli/clock.h"
#include "cli/context.h"

static const struct program program = {.name = "aiops-probe"};
static const struct command command = {.common = CLI_FILTER | CLI_EXIT_STATUS};

struct fixture {
	struct cli c;
	char path[64];
	char *operands[2];
	struct buf log, out, err;
	const char *fails; /* name of the callback that fails */
};

static int setup(void **state)
{
	struct fixture *x = calloc(1, sizeof *x);
	int fd;

	(void)snprintf(x->path, sizeof x->path, "/tmp/aiops-filter.XXXXXX");
	fd = mkstemp(x->path);
	assert_true(fd >= 0);
	close(fd);
	x->operands[0] = x->path;
	x->c = (struct cli){
		.program = &program, .command = &command, .operands = x->operands, .n_operands = 1};
	x->c.common.max_record = RECORD_DEFAULT_MAX;
	x->c.env = clock_env(&x->c.common.now);
	buf_init(&x->log, 1 << 16);
	buf_init(&x->out, 1 << 16);
	buf_init(&x->err, 1 << 16);
	*state = x;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *x = *state;

	unlink(x->path);
	buf_release(&x->log);
	buf_release(&x->out);
	buf_release(&x->err);
	buf_release(&x->c.out.buf);
	free(x);
	return 0;
}

static int step(struct fixture *x, const char *name, struct err *e)
{
	buf_addf(&x->log, "%s ", name);
	return x->fails && strcmp(x->fails, name) == 0 ? err_set(e, EX_TRYLATER, "%s failed", name)
						       : 0;
}

static int on_record(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	(void)r;
	filter_pass(f);
	return step(ctx, "record", e);
}
static int on_control(void *ctx, struct filter *f, const struct record *r, struct err *e)
{
	(void)r;
	filter_pass(f);
	return step(ctx, "control", e);
}
static int on_finish(void *ctx, struct filter *f, struct err *e)
{
	filter_emit(f, SPAN("{\"last\":1}"));
	return step(ctx, "finish", e);
}
static int on_save(void *ctx, struct filter *f, struct err *e)
{
	(void)f;
	return step(ctx, "save", e);
}
static int on_idle(void *ctx, struct filter *f, struct err *e)
{
	(void)f;
	return step(ctx, "idle", e);
}

/* Runs the filter over text; what it wrote is in out and err. */
static int run(struct fixture *x, const char *text)
{
	static const struct filter_ops ops = {.record = on_record,
					      .control = on_control,
					      .finish = on_finish,
					      .save = on_save,
					      .idle = on_idle};
	struct err e = ERR_INIT;
	struct capture out, err;
	int code;

	assert_int_equal(file_write_atomic(x->path, span_cstr(text), 0600, &e), 0);
	out = capture_start(STDOUT_FILENO);
	err = capture_start(STDERR_FILENO);
	code = filter_run(&x->c, &ops, x);
	out_flush(&x->c);
	capture_end(&err, &x->err);
	capture_end(&out, &x->out);
	return code;
}

static void filter_run_ends_with_finish_idle_save(void **state)
{
	struct fixture *x = *state;

	assert_int_equal(run(x, "{\"a\":1}\n{\"b\":2}"), EX_DONE);
	assert_string_equal(buf_cstr(&x->log), "record record finish idle save ");
	assert_string_equal(buf_cstr(&x->out), "{\"a\":1}\n{\"b\":2}\n{\"last\":1}\n");
	assert_int_equal(x->err.len, 0);
}

static void filter_run_saves_at_a_barrier_and_hands_on_control_lines(void **state)
{
	struct fixture *x = *state;

	assert_int_equal(
		run(x, "{\"a\":1}\n{\"_barrier\":1}\n{\"_watermark\":\"t\"}\n{ \"_no\":1}\n"),
		EX_DONE);
	assert_string_equal(buf_cstr(&x->log), "record idle save control record finish idle save ");
	assert_string_equal(buf_cstr(&x->out),
			    "{\"a\":1}\n{\"_barrier\":1}\n{\"_watermark\":\"t\"}\n{ \"_no\":1}\n"
			    "{\"last\":1}\n");
}

static void filter_run_stops_where_a_callback_fails(void **state)
{
	static const struct {
		const char *fails, *log, *out;
	} cases[] = {
		{"record", "record ", "{\"a\":1}\n"},
		{"idle", "record idle ", "{\"a\":1}\n"},
		{"save", "record idle save ",
		 "{\"a\":1}\n"}, /* the barrier itself is not passed on */
	};
	struct fixture *x = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_clear(&x->log);
		buf_clear(&x->out);
		x->fails = cases[i].fails;
		assert_int_equal(run(x, "{\"a\":1}\n{\"_barrier\":1}\n{\"b\":1}\n"), EX_TRYLATER);
		assert_string_equal(buf_cstr(&x->log), cases[i].log);
		assert_string_equal(buf_cstr(&x->out), cases[i].out);
	}
}

static void filter_run_says_where_a_record_failed(void **state)
{
	struct fixture *x = *state;
	struct buf want = BUF_INIT(4096);

	x->fails = "record";
	assert_int_equal(run(x, "\n{\"a\":1}\n"), EX_TRYLATER);
	buf_addf(&want, "aiops-probe: error: %s:2: record failed\n", x->path);
	assert_string_equal(buf_cstr(&x->err), buf_cstr(&want));
	buf_release(&want);
}

static void filter_run_does_not_finish_behind_a_strict_stop(void **state)
{
	struct fixture *x = *state;

	x->c.common.strict = true;
	assert_int_equal(run(x, "{\"a\":1}\n[]\n{\"b\":1}\n"), EX_BADDATA);
	assert_string_equal(buf_cstr(&x->log), "record idle save ");
	assert_string_equal(buf_cstr(&x->out), "{\"a\":1}\n");
}

static void filter_run_counts_blank_lines_as_nothing(void **state)
{
	struct fixture *x = *state;

	x->c.common.stats = true;
	assert_int_equal(run(x, "\n \t\r\n{\"a\":1}\n\n{\"_x\":1}\n[]\n"), EX_REJECTS);
	assert_non_null(strstr(
		buf_cstr(&x->err),
		"{\"kind\":\"stats\",\"tool\":\"aiops-probe\",\"records\":2,\"rejected\":1,\"blank\":3,"
		"\"control\":1,\"emitted\":3,"));
}

static void filter_run_reads_on_behind_a_missing_file(void **state)
{
	struct fixture *x = *state;

	unlink(x->path);
	x->operands[0] = (char[]){"/nonexistent"};
	x->c.n_operands = 1;
	assert_int_equal(run(x, ""), EX_UNREADABLE);
	assert_string_equal(buf_cstr(&x->log), "finish idle save ");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(filter_run_ends_with_finish_idle_save),
		CASE(filter_run_saves_at_a_barrier_and_hands_on_control_lines),
		CASE(filter_run_stops_where_a_callback_fails),
		CASE(filter_run_says_where_a_record_failed),
		CASE(filter_run_does_not_finish_behind_a_strict_stop),
		CASE(filter_run_counts_blank_lines_as_nothing),
		CASE(filter_run_reads_on_behind_a_missing_file),
	};

	return cmocka_run_group_tests_name("cli/filter", tests, NULL, NULL);
}
