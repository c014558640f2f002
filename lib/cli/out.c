/*
 * Standard output: buffered, checked to the last close (contract 8).
 */
#include "cli/out.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/term.h"

/* Room for one record of any size that a tool makes; the buffer is flushed at OUT_BYTES. */
#define OUT_MAX ((size_t)2 << 30)

static void write_all(struct out *o, struct span s)
{
	while (s.len && !o->errnum) {
		ssize_t n = write(STDOUT_FILENO, s.data, s.len);

		if (n < 0 && errno == EINTR)
			continue;
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

void out_flush(struct cli *c)
{
	struct out *o = &c->out;

	if (buf_overflowed(&o->buf) && !o->errnum)
		o->errnum = EFBIG;
	if (c->stdout_tty) {
		progress_clear(&c->progress);
		write_terminal(o, buf_span(&o->buf));
	} else {
		write_all(o, buf_span(&o->buf));
	}
	buf_clear(&o->buf);
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
	if (c->out.buf.len >= OUT_BYTES)
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
