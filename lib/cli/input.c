/*
 * Input files as lines, by read(2) into one buffer: a line is handed out where
 * it was read, nothing is copied but the beginning of a line that a read cut.
 */
#include "cli/input.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/input_impl.h"
#include "cli/out.h"
#include "cli/signals.h"

static char *const standard_input[] = {"-", NULL};

struct input *input_open(struct cli *c, size_t max_line)
{
	struct input *in = mem_zalloc(sizeof *in);

	in->c = c;
	in->fd = -1;
	in->name = "stdin";
	in->names = cli_operands(c, &in->n_names);
	if (in->n_names == 0) {
		in->names = standard_input;
		in->n_names = 1;
	}
	in->max_line = max_line;
	in->cap = CHUNK;
	in->data = mem_zalloc(in->cap + RECORD_PADDING);
	(void)cli_catch_stop(c); /* the flag is read in signals.h */
	return in;
}

void input_close(struct input *in)
{
	if (!in)
		return;
	input_close_file(in);
	free(in->data);
	free(in);
}

void input_on_idle(struct input *in, int (*idle)(void *ctx, struct err *e), void *ctx)
{
	in->idle = idle;
	in->idle_ctx = ctx;
}

void input_on_pause(struct input *in, int ms, int (*pause)(void *ctx, struct err *e), void *ctx)
{
	in->pause_ms = ms;
	in->pause = pause;
	in->pause_ctx = ctx;
}

void input_on_read(struct input *in, void (*on_read)(void *ctx), void *ctx)
{
	in->on_read = on_read;
	in->read_ctx = ctx;
}

void input_on_stats(struct input *in, void (*print)(void *ctx), void *ctx)
{
	in->on_stats = print;
	in->stats_ctx = ctx;
}

const char *input_name(const struct input *in)
{
	return in->name;
}

int64_t input_line_number(const struct input *in)
{
	return in->line_number;
}

uint64_t input_bytes(const struct input *in)
{
	return in->bytes;
}

bool input_had_newline(const struct input *in)
{
	return in->had_newline;
}

int64_t input_total_bytes(struct input *in)
{
	int64_t total = 0;

	for (size_t i = 0; i < in->n_names; i++) {
		bool standard = strcmp(in->names[i], "-") == 0;
		struct stat st;

		if ((standard ? fstat(STDIN_FILENO, &st) : stat(in->names[i], &st)) != 0 ||
		    !S_ISREG(st.st_mode))
			return 0;
		total += st.st_size;
	}
	return total;
}

/* ---- lines ---- */

/* Makes room behind end for another read; a line that is begun moves to the front. */
static void make_room(struct input *in)
{
	size_t pending = in->end - in->begin;

	if (in->cap - in->end >= ROOM_MIN)
		return;
	if (in->begin > 0) {
		memmove(in->data, in->data + in->begin, pending);
		in->begin = 0;
		in->end = pending;
	}
	if (in->cap - in->end >= ROOM_MIN)
		return;
	in->cap *= 2;
	in->data = mem_array(in->data, in->cap + RECORD_PADDING, 1);
	memset(in->data + in->end, 0, in->cap - in->end + RECORD_PADDING);
}

/* Hands out the pending bytes up to len and drops skip more. */
static struct span take(struct input *in, size_t len, size_t skip)
{
	struct span s = span_of(in->data + in->begin, len);

	in->begin += len + skip;
	in->scanned = 0;
	in->line_number++;
	in->had_newline = skip > 0;
	return s;
}

/* Drops what follows of an over-long line up to its newline. What was kept of it stands
 * at the front of the buffer, the rest of the buffer is read into again and again. */
static enum fill drain_line(struct input *in, size_t kept, struct err *e)
{
	for (;;) {
		const char *newline = memchr(in->data + in->begin, '\n', in->end - in->begin);
		enum fill got;

		if (newline) {
			in->begin = (size_t)(newline + 1 - in->data);
			return FILL_SOME;
		}
		in->begin = in->end = kept;
		got = input_fill(in, e);
		if (got == FILL_END)
			in->at_end = true;
		if (got != FILL_SOME)
			return got;
	}
}

static enum input_result too_long(struct input *in, struct span *line, struct err *e)
{
	size_t kept = in->max_line;
	enum fill got;

	memmove(in->data, in->data + in->begin, in->end - in->begin);
	in->end -= in->begin;
	in->begin = 0;
	make_room(in);
	in->begin = kept;
	got = drain_line(in, kept, e);
	if (got == FILL_ERROR)
		return input_read_failed(in);
	if (got == FILL_STOPPED)
		return INPUT_STOPPED;
	in->line_number++;
	in->scanned = 0;
	*line = span_of(in->data, kept);
	return INPUT_TOO_LONG;
}

/* A complete line that is in the buffer already. */
static bool buffered_line(struct input *in, struct span *line)
{
	const char *from = in->data + in->begin + in->scanned;
	const char *newline = memchr(from, '\n', (size_t)(in->data + in->end - from));

	if (!newline) {
		in->scanned = in->end - in->begin;
		return false;
	}
	*line = take(in, (size_t)(newline - in->data) - in->begin, 1);
	return true;
}

static enum input_result end_of_file(struct input *in, struct span *line, struct err *e)
{
	size_t pending = in->end - in->begin;

	in->at_end = true;
	if (pending > in->max_line)
		return too_long(in, line, e);
	if (pending > 0) {
		*line = take(in, pending, 0);
		return INPUT_LINE;
	}
	input_close_file(in);
	return INPUT_FILE_END;
}

/* What comes before every read: INPUT_LINE if there is a file to read from. */
static enum input_result before_reading(struct input *in, struct err *e)
{
	input_answer_stats(in);
	if (signals_stop())
		return INPUT_STOPPED;
	if (cli_common(in->c)->unbuffered)
		out_flush(in->c);
	return input_have_file(in, e);
}

enum input_result input_line(struct input *in, struct span *line, struct err *e)
{
	enum input_result have = before_reading(in, e);

	if (have != INPUT_LINE)
		return have;
	for (;;) {
		if (buffered_line(in, line)) {
			if (line->len <= in->max_line)
				return INPUT_LINE;
			*line = span_of(line->data, in->max_line);
			return INPUT_TOO_LONG;
		}
		if (in->end - in->begin > in->max_line)
			return too_long(in, line, e);
		if (in->at_end)
			return end_of_file(in, line, e);
		make_room(in);
		switch (input_fill(in, e)) {
		case FILL_SOME:
			break;
		case FILL_END:
			return end_of_file(in, line, e);
		case FILL_STOPPED:
			return INPUT_STOPPED;
		case FILL_ERROR:
			return input_read_failed(in);
		}
	}
}

enum input_result input_chunk(struct input *in, struct span *chunk, struct err *e)
{
	enum input_result have = before_reading(in, e);

	if (have != INPUT_LINE)
		return have;
	if (in->begin == in->end && !in->at_end) {
		in->begin = in->end = 0;
		switch (input_fill(in, e)) {
		case FILL_SOME:
			break;
		case FILL_END:
			in->at_end = true;
			break;
		case FILL_STOPPED:
			return INPUT_STOPPED;
		case FILL_ERROR:
			return input_read_failed(in);
		}
	}
	if (in->begin == in->end) {
		input_close_file(in);
		return INPUT_FILE_END;
	}
	*chunk = span_of(in->data + in->begin, in->end - in->begin);
	in->begin = in->end;
	in->scanned = 0;
	return INPUT_LINE;
}
