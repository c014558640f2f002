#include "cli/input.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/context.h"

enum { MAX_FILES = 4 };

static const struct program program = {.name = "aiops-probe"};

struct fixture {
	struct cli c;
	char paths[MAX_FILES][64];
	char *operands[MAX_FILES + 1];
	struct buf got;
	struct err e;
};

static int setup(void **state)
{
	struct fixture *x = calloc(1, sizeof *x);

	x->c.program = &program;
	x->c.operands = x->operands;
	buf_init(&x->got, 1 << 26);
	*state = x;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *x = *state;

	for (size_t i = 0; i < x->c.n_operands; i++)
		unlink(x->operands[i]);
	buf_release(&x->got);
	free(x);
	return 0;
}

static void add_file(struct fixture *x, struct span content)
{
	size_t i = x->c.n_operands++;
	int fd;

	(void)snprintf(x->paths[i], sizeof x->paths[i], "/tmp/aiops-input.XXXXXX");
	fd = mkstemp(x->paths[i]);
	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, content, &x->e), 0);
	close(fd);
	x->operands[i] = x->paths[i];
}

/* Reads everything; lines as "N:text|", an over-long one "N!text|", ends of files ";", errors "E".
 */
static void read_all(struct fixture *x, size_t max_line)
{
	struct input *in = input_open(&x->c, max_line);
	struct span line;

	for (;;) {
		enum input_result r = input_line(in, &line, &x->e);

		if (r == INPUT_END)
			break;
		assert_int_not_equal(r, INPUT_STOPPED);
		if (r == INPUT_LINE || r == INPUT_TOO_LONG) {
			for (size_t i = 0; i < RECORD_PADDING; i++)
				x->got.max += (size_t)(line.data[line.len + i] &
						       0); /* readable, as ASan sees */
			buf_addf(&x->got, "%lld%c", (long long)input_line_number(in),
				 r == INPUT_LINE ? ':' : '!');
			buf_add_span(&x->got, line);
			buf_add_char(&x->got, '|');
		} else if (r == INPUT_FILE_END) {
			buf_add_char(&x->got, ';');
		} else {
			buf_add_char(&x->got, 'E');
			assert_int_equal(x->e.code, EX_UNREADABLE);
			err_clear(&x->e);
		}
	}
	assert_int_equal(input_line(in, &line, &x->e), INPUT_END); /* and stays there */
	input_close(in);
}

static void expect_lines(struct fixture *x, size_t max_line, const char *want)
{
	read_all(x, max_line);
	assert_string_equal(buf_cstr(&x->got), want);
}

static void input_line_splits_at_newlines_only(void **state)
{
	add_file(*state, SPAN("a\nbb\r\n\n\rc\n"));
	expect_lines(*state, 100, "1:a|2:bb\r|3:|4:\rc|;");
}

static void input_line_takes_a_last_line_without_newline(void **state)
{
	add_file(*state, SPAN("a\nb"));
	add_file(*state, SPAN("c"));
	expect_lines(*state, 100, "1:a|2:b|;1:c|;");
}

static void input_line_gives_nothing_of_an_empty_file(void **state)
{
	add_file(*state, SPAN_NONE);
	add_file(*state, SPAN("\n"));
	expect_lines(*state, 100, ";1:|;");
}

static void input_line_goes_on_behind_an_unreadable_file(void **state)
{
	struct fixture *x = *state;

	add_file(x, SPAN("a\n"));
	x->operands[x->c.n_operands++] = (char[]){"/nonexistent/x"};
	add_file(x, SPAN("b\n"));
	x->operands[x->c.n_operands++] = (char[]){"/"}; /* a directory opens but cannot be read */
	expect_lines(x, 100, "1:a|;E1:b|;E");
	x->c.n_operands = 1;
}

static void input_line_cuts_lines_over_the_limit(void **state)
{
	add_file(*state, SPAN("12345\n123456\n1\n1234567890\n12345"));
	expect_lines(*state, 5, "1:12345|2!12345|3:1|4!12345|5:12345|;");
}

static void input_line_cuts_a_last_line_over_the_limit(void **state)
{
	add_file(*state, SPAN("123456"));
	add_file(*state, SPAN("a\n"));
	expect_lines(*state, 5, "1!12345|;1:a|;");
}

/* Lines of every length around the buffer's sizes, limits around them too. */
static void input_line_agrees_with_the_text_at_any_length(void **state)
{
	static const size_t lengths[] = {0,      1,      16383,  16384,  131007, 131071,
					 131072, 131073, 262143, 262144, 262145, 7};
	static const size_t limits[] = {131071, 131072, 262143, 262144, 262145, 1 << 20};
	enum { N = sizeof lengths / sizeof *lengths };
	struct fixture *x = *state;
	struct buf text = BUF_INIT(1 << 24);

	for (size_t i = 0; i < N; i++) {
		for (size_t k = 0; k < lengths[i]; k++)
			buf_add_char(&text, (char)('a' + (i + k) % 26));
		buf_add_char(&text, '\n');
	}
	add_file(x, buf_span(&text));
	for (size_t l = 0; l < sizeof limits / sizeof *limits; l++) {
		struct input *in = input_open(&x->c, limits[l]);
		size_t from = 0;
		struct span line;

		for (size_t i = 0; i < N; i++) {
			size_t len = lengths[i] < limits[l] ? lengths[i] : limits[l];

			assert_int_equal(input_line(in, &line, &x->e),
					 lengths[i] > limits[l] ? INPUT_TOO_LONG : INPUT_LINE);
			assert_int_equal(line.len, len);
			assert_memory_equal(line.data, text.data + from, len);
			from += lengths[i] + 1;
		}
		assert_int_equal(input_line(in, &line, &x->e), INPUT_FILE_END);
		input_close(in);
	}
	buf_release(&text);
}

static void input_line_keeps_memory_bounded_over_a_long_line(void **state)
{
	struct fixture *x = *state;
	struct buf text = BUF_INIT(1 << 25);

	for (size_t k = 0; k < (8 << 20); k++)
		buf_add_char(&text, 'x');
	buf_add_cstr(&text, "\nend\n");
	add_file(x, buf_span(&text));
	buf_release(&text);
	expect_lines(x, 3, "1!xxx|2:end|;");
}

static void input_chunk_gives_all_bytes_and_mixes_with_lines(void **state)
{
	struct fixture *x = *state;
	struct buf text = BUF_INIT(1 << 24);
	enum input_result r;
	struct input *in;
	struct span s;
	size_t n = 0;

	for (size_t k = 0; k < 300000; k++)
		buf_add_char(&text, (char)('a' + k % 26));
	add_file(x, SPAN("first\nsecond\nthird"));
	add_file(x, buf_span(&text));
	in = input_open(&x->c, 100);
	assert_int_equal(input_line(in, &s, &x->e), INPUT_LINE);
	assert_int_equal(input_chunk(in, &s, &x->e), INPUT_LINE);
	assert_true(span_is(s, "second\nthird"));
	assert_int_equal(input_chunk(in, &s, &x->e), INPUT_FILE_END);
	while ((r = input_chunk(in, &s, &x->e)) == INPUT_LINE) {
		assert_true(s.len > 0 && n + s.len <= text.len);
		assert_memory_equal(s.data, text.data + n, s.len);
		n += s.len;
	}
	assert_int_equal(r, INPUT_FILE_END);
	assert_int_equal(n, text.len);
	assert_int_equal(input_chunk(in, &s, &x->e), INPUT_END);
	input_close(in);
	buf_release(&text);
}

static void input_total_bytes_is_known_for_regular_files_only(void **state)
{
	struct fixture *x = *state;
	struct input *in;

	add_file(x, SPAN("12345"));
	add_file(x, SPAN("678"));
	in = input_open(&x->c, 100);
	assert_int_equal(input_total_bytes(in), 8);
	input_close(in);
	x->operands[x->c.n_operands++] = (char[]){"/dev/null"};
	in = input_open(&x->c, 100);
	assert_int_equal(input_total_bytes(in), 0);
	input_close(in);
	x->c.n_operands = 2;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(input_line_splits_at_newlines_only),
		CASE(input_line_takes_a_last_line_without_newline),
		CASE(input_line_gives_nothing_of_an_empty_file),
		CASE(input_line_goes_on_behind_an_unreadable_file),
		CASE(input_line_cuts_lines_over_the_limit),
		CASE(input_line_cuts_a_last_line_over_the_limit),
		CASE(input_line_agrees_with_the_text_at_any_length),
		CASE(input_line_keeps_memory_bounded_over_a_long_line),
		CASE(input_chunk_gives_all_bytes_and_mixes_with_lines),
		CASE(input_total_bytes_is_known_for_regular_files_only),
	};

	return cmocka_run_group_tests_name("cli/input", tests, NULL, NULL);
}
