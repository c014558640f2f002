/*
 * Input files: opened one after the other, waited for with output flushed and
 * signals heard, read into the buffer.
 */
#include "cli/input_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/out.h"
#include "cli/signals.h"

void input_close_file(struct input *in)
{
	if (in->fd > STDIN_FILENO)
		(void)close(in->fd); /* only read from */
	in->fd = -1;
}

enum input_result input_read_failed(struct input *in)
{
	input_close_file(in);
	return INPUT_ERROR;
}

void input_answer_stats(struct input *in)
{
	if (signals_take_stats() && in->on_stats)
		in->on_stats(in->stats_ctx);
}

enum wait { WAIT_READABLE, WAIT_STOPPED, WAIT_TIMED_OUT };

/* Sleeps until the file can be read, a signal asks to stop, or ms are over (-1: never). */
static enum wait wait_readable(struct input *in, int ms)
{
	struct pollfd p[] = {{.fd = in->fd, .events = POLLIN},
			     {.fd = signals_wake_fd(), .events = POLLIN}};
	int n;

	for (;;) {
		input_answer_stats(in);
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

enum fill input_fill(struct input *in, struct err *e)
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

/* Opening a FIFO waits for its writer. */
static bool may_wait(const char *name)
{
	struct stat st;

	return stat(name, &st) == 0 && !S_ISREG(st.st_mode);
}

static int open_named(struct input *in, const char *name, struct err *e)
{
	in->name = name;
	if (may_wait(name) && before_wait(in, e) != 0)
		return -1;
	do {
		input_answer_stats(in);
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

enum input_result input_have_file(struct input *in, struct err *e)
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
