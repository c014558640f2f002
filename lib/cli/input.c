/*
 * Input files as lines, by read(2) into one buffer: a line is handed out where
 * it was read, nothing is copied but the beginning of a line that a read cut.
 */
#include "cli/input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cli/out.h"
#include "cli/signals.h"

enum {
	CHUNK = 128 << 10,   /* the buffer to begin with */
	ROOM_MIN = 16 << 10, /* no read is given less */
};

struct input {
	struct cli *c;
	char *const *names; /* operands; a missing list is {"-"} */
	size_t n_names, next_name;
	const char *name;   /* of the current or last file, for messages */
	int fd;             /* -1: none is open */
	bool may_block;     /* not a regular file */
	bool at_end;        /* of the current file */
	bool had_newline;
	int64_t line_number;
	size_t max_line;

	char *data;         /* cap + RECORD_PADDING bytes */
	size_t cap, begin, end; /* data[begin..end) is unread */
	size_t scanned;     /* bytes from begin on that hold no newline */
	uint64_t bytes;

	int (*idle)(void *ctx, struct err *e);
	void (*on_read)(void *ctx);
	void (*on_stats)(void *ctx);
	int (*pause)(void *ctx, struct err *e);
	int pause_ms;
	void *idle_ctx, *read_ctx, *stats_ctx, *pause_ctx;
};

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

static void close_file(struct input *in)
{
	if (in->fd > STDIN_FILENO)
		(void)close(in->fd); /* only read from */
	in->fd = -1;
}

void input_close(struct input *in)
{
	if (!in)
		return;
	close_file(in);
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

		if ((standard ? fstat(STDIN_FILENO, &st) : stat(in->names[i], &st)) != 0 || !S_ISREG(st.st_mode))
			return 0;
		total += st.st_size;
	}
	return total;
}

/* ---- waiting and reading ---- */

/* Statistics that were asked for by USR1. */
static void answer_stats(struct input *in)
{
	if (signals_take_stats() && in->on_stats)
		in->on_stats(in->stats_ctx);
}

enum wait { WAIT_READABLE, WAIT_STOPPED, WAIT_TIMED_OUT };

/* Sleeps until the file can be read, a signal asks to stop, or ms are over (-1: never). */
static enum wait wait_readable(struct input *in, int ms)
{
	struct pollfd p[] = {{.fd = in->fd, .events = POLLIN}, {.fd = signals_wake_fd(), .events = POLLIN}};
	int n;

	for (;;) {
		answer_stats(in);
		if (signals_stop())
			return WAIT_STOPPED;
		n = poll(p, 2, ms);
		if (n < 0 && errno != EINTR)
			return WAIT_READABLE; /* read(2) will say what is wrong */
		if (n == 0)
			return WAIT_TIMED_OUT;
		if (n > 0 && p[1].revents)
			signals_wake_drain();
		if (n > 0 && p[0].revents)
			return WAIT_READABLE;
	}
}

/* Output is flushed before a wait, so that what has come in has gone out (contract 8). */
static int before_wait(struct input *in, struct err *e)
{
	if (in->idle && in->idle(in->idle_ctx, e) != 0)
		return -1;
	out_flush(in->c);
	return 0;
}

static bool is_readable_now(const struct input *in)
{
	struct pollfd p = {.fd = in->fd, .events = POLLIN};

	return poll(&p, 1, 0) != 0; /* an error too: read(2) will say what it is */
}

enum fill { FILL_SOME, FILL_END, FILL_STOPPED, FILL_ERROR };

/* Waits for more. FILL_SOME: it can be read. */
static enum fill await(struct input *in, struct err *e)
{
	enum wait w;

	if (before_wait(in, e) != 0)
		return FILL_ERROR;
	w = wait_readable(in, in->pause ? in->pause_ms : -1);
	if (w == WAIT_TIMED_OUT) {
		if (in->pause(in->pause_ctx, e) != 0)
			return FILL_ERROR;
		out_flush(in->c);
		w = wait_readable(in, -1);
	}
	return w == WAIT_STOPPED ? FILL_STOPPED : FILL_SOME;
}

/* Reads more behind data[end). There must be room. */
static enum fill fill(struct input *in, struct err *e)
{
	ssize_t n;

	for (;;) {
		if (in->may_block && !is_readable_now(in)) {
			enum fill ready = await(in, e);

			if (ready != FILL_SOME)
				return ready;
		}
		n = read(in->fd, in->data + in->end, in->cap - in->end);
		if (n >= 0 || (errno != EINTR && errno != EAGAIN))
			break;
		if (signals_stop())
			return FILL_STOPPED;
	}
	if (n < 0) {
		err_set_errno(e, EX_UNREADABLE, errno, "cannot read %s", in->name);
		return FILL_ERROR;
	}
	in->end += (size_t)n;
	in->bytes += (uint64_t)n;
	if (n > 0 && in->on_read)
		in->on_read(in->read_ctx);
	return n > 0 ? FILL_SOME : FILL_END;
}

/* ---- files ---- */

static bool is_regular(const char *name)
{
	struct stat st;

	return stat(name, &st) == 0 && S_ISREG(st.st_mode);
}

static int open_named(struct input *in, const char *name, struct err *e)
{
	in->name = name;
	if (!is_regular(name) && before_wait(in, e) != 0) /* opening a FIFO waits for its writer */
		return -1;
	do {
		answer_stats(in);
		in->fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	} while (in->fd < 0 && errno == EINTR && !signals_stop());
	if (in->fd < 0)
		return err_set_errno(e, EX_UNREADABLE, errno, "cannot open '%s'", name);
	return 0;
}

static enum fill open_next(struct input *in, struct err *e)
{
	const char *name = in->names[in->next_name++];
	struct stat st;

	in->line_number = 0;
	in->begin = in->end = in->scanned = 0;
	in->at_end = false;
	if (strcmp(name, "-") == 0) {
		in->name = "stdin";
		in->fd = STDIN_FILENO;
	} else if (open_named(in, name, e) != 0) {
		return signals_stop() ? FILL_STOPPED : FILL_ERROR;
	}
	in->may_block = fstat(in->fd, &st) != 0 || !S_ISREG(st.st_mode);
	return FILL_SOME;
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
		got = fill(in, e);
		if (got == FILL_END)
			in->at_end = true;
		if (got != FILL_SOME)
			return got;
	}
}

/* The rest of a file that cannot be read is given up; the next call takes the next file. */
static enum input_result read_failed(struct input *in)
{
	close_file(in);
	return INPUT_ERROR;
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
		return read_failed(in);
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
	close_file(in);
	return INPUT_FILE_END;
}

/* Opens the next file if none is open: INPUT_LINE if one is, else what to return. */
static enum input_result have_file(struct input *in, struct err *e)
{
	if (in->fd >= 0)
		return INPUT_LINE;
	if (in->next_name == in->n_names)
		return INPUT_END;
	switch (open_next(in, e)) {
	case FILL_ERROR:
		return INPUT_ERROR;
	case FILL_STOPPED:
		return INPUT_STOPPED;
	default:
		return INPUT_LINE;
	}
}

enum input_result input_line(struct input *in, struct span *line, struct err *e)
{
	enum input_result have;

	answer_stats(in);
	if (signals_stop())
		return INPUT_STOPPED;
	if (cli_common(in->c)->unbuffered)
		out_flush(in->c);
	have = have_file(in, e);
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
		switch (fill(in, e)) {
		case FILL_SOME:
			break;
		case FILL_END:
			return end_of_file(in, line, e);
		case FILL_STOPPED:
			return INPUT_STOPPED;
		case FILL_ERROR:
			return read_failed(in);
		}
	}
}

enum input_result input_chunk(struct input *in, struct span *chunk, struct err *e)
{
	enum input_result have;

	answer_stats(in);
	if (signals_stop())
		return INPUT_STOPPED;
	if (cli_common(in->c)->unbuffered)
		out_flush(in->c);
	have = have_file(in, e);
	if (have != INPUT_LINE)
		return have;
	if (in->begin == in->end && !in->at_end) {
		in->begin = in->end = 0;
		switch (fill(in, e)) {
		case FILL_SOME:
			break;
		case FILL_END:
			in->at_end = true;
			break;
		case FILL_STOPPED:
			return INPUT_STOPPED;
		case FILL_ERROR:
			return read_failed(in);
		}
	}
	if (in->begin == in->end) {
		close_file(in);
		return INPUT_FILE_END;
	}
	*chunk = span_of(in->data + in->begin, in->end - in->begin);
	in->begin = in->end;
	in->scanned = 0;
	return INPUT_LINE;
}

enum input_result input_rest(struct input *in, size_t max_bytes, struct span *all, struct err *e)
{
	enum input_result have;
	bool cut = false;

	if (signals_stop())
		return INPUT_STOPPED;
	have = have_file(in, e);
	if (have != INPUT_LINE)
		return have;
	while (!in->at_end) {
		if (in->end - in->begin > max_bytes) {
			cut = true;
			in->end = in->begin + max_bytes;
		}
		make_room(in);
		switch (fill(in, e)) {
		case FILL_SOME:
			break;
		case FILL_END:
			in->at_end = true;
			break;
		case FILL_STOPPED:
			return INPUT_STOPPED;
		case FILL_ERROR:
			return read_failed(in);
		}
	}
	if (in->end - in->begin > max_bytes) {
		cut = true;
		in->end = in->begin + max_bytes;
	}
	*all = take(in, in->end - in->begin, 0);
	return cut ? INPUT_TOO_LONG : INPUT_LINE;
}
