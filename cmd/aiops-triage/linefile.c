/*
 * Records from a file beside the input.
 */
#include "aiops-triage/linefile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

enum { READ_BYTES = 64 << 10 };

struct reader {
	const struct linefile_ops *ops;
	void *ctx;
	struct record *record;
	size_t max_line;
	char *data; /* max_line + READ_BYTES + padding */
	size_t len;
	bool draining; /* inside a line that was too long */
	int64_t line;
};

static void take_line(struct reader *r, struct span line)
{
	enum reject_code why = REJECT_NONE;
	struct err e = ERR_INIT;

	r->line++;
	if (r->draining || line.len > r->max_line) {
		r->ops->bad(r->ctx, r->line, "the line is too long");
		r->draining = false;
		return;
	}
	if (span_trim(line).len == 0)
		return;
	if (record_parse(r->record, line.data, line.len, &why, &e) != 0) {
		r->ops->bad(r->ctx, r->line, e.text);
		return;
	}
	r->ops->record(r->ctx, r->line, r->record);
}

/* Takes the whole lines out of the buffer; what is left moves to its front. */
static void take_lines(struct reader *r)
{
	size_t from = 0;
	const char *lf;

	while ((lf = memchr(r->data + from, '\n', r->len - from)) != NULL) {
		size_t to = (size_t)(lf - r->data);

		take_line(r, span_of(r->data + from, to - from));
		from = to + 1;
	}
	memmove(r->data, r->data + from, r->len - from);
	r->len -= from;
	if (r->len > r->max_line) {
		r->draining = true;
		r->len = 0;
	}
}

static int read_all(struct reader *r, int fd, const char *path, struct err *e)
{
	for (;;) {
		ssize_t n = read(fd, r->data + r->len, READ_BYTES);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set_errno(e, EX_UNREADABLE, errno, "cannot read '%s'", path);
		if (n == 0)
			break;
		r->len += (size_t)n;
		take_lines(r);
	}
	if (r->len || r->draining)
		take_line(r, span_of(r->data, r->len));
	return 0;
}

int linefile_read(const char *path, size_t max_line, const struct linefile_ops *ops, void *ctx,
		  struct err *e)
{
	struct reader r = {.ops = ops, .ctx = ctx, .max_line = max_line};
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc;

	if (fd < 0)
		return err_set_errno(e, EX_UNREADABLE, errno, "cannot open '%s'", path);
	r.record = record_new(max_line);
	r.data = mem_zalloc(max_line + READ_BYTES + RECORD_PADDING);
	rc = read_all(&r, fd, path, e);
	free(r.data);
	record_free(r.record);
	(void)close(fd); /* only read from */
	return rc;
}
