/*
 * Standard output: buffered, checked to the last close (contract 8).
 */
#include "cli/out.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/term.h"

/* Room for one record of any size that a tool makes; the buffer is flushed at OUT_BYTES. */
#define OUT_MAX ((size_t)2 << 30)

/* Whoever else has standard output open may have made it non-blocking: then it is waited for. */
static void write_all(struct out *o, struct span s)
{
	struct pollfd p = {.fd = STDOUT_FILENO, .events = POLLOUT};

	while (s.len && !o->errnum) {
		ssize_t n = write(STDOUT_FILENO, s.data, s.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
			(void)poll(&p, 1, -1); /* whatever it says, write(2) is asked again */
			continue;
		}
		if (n < 0) {
			o->errnum = errno;
			o->pipe_gone = errno == EPIPE;
			return;
		}
		s = span_of(s.data + n, s.len - (size_t)n);
	}
}

static void write_terminal(struct out *o, struct span s)
{
	struct buf safe = BUF_INIT(OUT_MAX);

	term_records(&safe, s);
	write_all(o, buf_span(&safe));
	buf_release(&safe);
}

static struct span waiting(const struct out *o)
{
	return span_of(o->buf.data + o->at, o->buf.len - o->at);
}

static void check_overflow(struct out *o)
{
	if (buf_overflowed(&o->buf) && !o->errnum)
		o->errnum = EFBIG;
}

void out_flush(struct cli *c)
{
	struct out *o = &c->out;

	check_overflow(o);
	if (c->stdout_tty) {
		progress_clear(&c->progress);
		write_terminal(o, waiting(o));
	} else {
		write_all(o, waiting(o));
	}
	buf_clear(&o->buf);
	o->at = 0;
}

/* ---- without waiting ---- */

void out_hold(struct cli *c)
{
	struct stat st;

	c->out.held = true;
	c->out.regular = fstat(STDOUT_FILENO, &st) == 0 && S_ISREG(st.st_mode);
}

/* What is left moves to the front when that is cheap beside what was written. */
static void tidy(struct out *o)
{
	struct span left = waiting(o);

	if (left.len == 0) {
		buf_clear(&o->buf);
		o->at = 0;
	} else if (o->at > OUT_BYTES && o->at > left.len) {
		memmove(o->buf.data, left.data, left.len);
		o->buf.len = left.len;
		o->at = 0;
	}
}

/* A pipe that can be written to takes PIPE_BUF bytes without waiting; its flags are not ours to
 * change, others may have it open. */
void out_pump(struct cli *c)
{
	struct out *o = &c->out;
	struct pollfd p = {.fd = STDOUT_FILENO, .events = POLLOUT};

	check_overflow(o);
	if (c->stdout_tty || o->regular)
		out_flush(c);
	while (!o->errnum && waiting(o).len > 0 && poll(&p, 1, 0) > 0) {
		struct span s = waiting(o);
		ssize_t n = write(STDOUT_FILENO, s.data, s.len < PIPE_BUF ? s.len : PIPE_BUF);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		if (n < 0) {
			o->errnum = errno;
			o->pipe_gone = errno == EPIPE;
		} else {
			o->at += (size_t)n;
		}
	}
	if (o->errnum) /* as out_flush: nothing more is written */
		o->at = o->buf.len;
	tidy(o);
}

void out_sync(struct cli *c)
{
	struct out *o = &c->out;
	struct stat st;

	if (!o->errnum && fstat(STDOUT_FILENO, &st) == 0 && S_ISREG(st.st_mode) &&
	    fdatasync(STDOUT_FILENO) != 0)
		o->errnum = errno;
}

size_t out_pending(const struct cli *c)
{
	return waiting(&c->out).len;
}

uint64_t out_total(const struct cli *c)
{
	return c->out.bytes;
}

uint64_t out_written(const struct cli *c)
{
	return c->out.bytes - waiting(&c->out).len;
}

struct buf *out_buffer(struct cli *c)
{
	if (!c->out.buf.max) {
		buf_init(&c->out.buf, OUT_MAX);
		(void)buf_room(&c->out.buf, 2 * OUT_BYTES); /* grown once, far below the maximum */
	}
	return &c->out.buf;
}

void out_added(struct cli *c, size_t n)
{
	c->out.bytes += n;
	if (c->out.buf.len >= OUT_BYTES && !c->out.held)
		out_flush(c);
}

void out_write(struct cli *c, struct span s)
{
	buf_add_span(out_buffer(c), s);
	out_added(c, s.len);
}

bool out_failed(const struct cli *c)
{
	return c->out.errnum != 0;
}

bool out_pipe_gone(const struct cli *c)
{
	return c->out.pipe_gone;
}

int out_finish(struct cli *c)
{
	struct out *o = &c->out;
	const char *reason;

	if (o->closed)
		return o->errnum && !o->pipe_gone ? EX_IO : EX_DONE;
	out_flush(c);
	o->closed = true;
	if (close(STDOUT_FILENO) != 0 && !o->errnum && errno != EINTR)
		o->errnum = errno;
	if (!o->errnum || o->pipe_gone)
		return EX_DONE;
	reason = strerrordesc_np(o->errnum);
	msg(c, MSG_ERROR, NULL, "cannot write standard output: %s",
	    reason ? reason : "unknown error");
	return EX_IO;
}
