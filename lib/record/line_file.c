/* A named file as lines: see line_file.h. */
#include "record/line_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "record/record.h"

#define CHUNK_BYTES ((size_t)128 << 10)

struct line_file {
	int fd;
	char *path;
	char *chunk; /* CHUNK_BYTES, of which [begin, end) is unread, and the padding */
	size_t begin, end;
	struct buf line; /* one that reads cut: at most max_line bytes and the padding */
	size_t max_line;
};

struct line_file *line_file_open(const char *path, size_t max_line, struct err *e)
{
	struct line_file *f;
	int fd = strcmp(path, "-") == 0 ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
					: open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		(void)err_set_errno(e, EX_UNREADABLE, errno, "cannot open '%s'", path);
		return NULL;
	}
	f = mem_zalloc(sizeof *f);
	f->fd = fd;
	f->path = mem_dupz(path);
	f->chunk = mem_zalloc(CHUNK_BYTES + RECORD_PADDING);
	f->max_line = max_line;
	buf_init(&f->line, max_line + RECORD_PADDING);
	return f;
}

void line_file_close(struct line_file *f)
{
	if (!f)
		return;
	(void)close(f->fd); /* only read from */
	buf_release(&f->line);
	free(f->chunk);
	free(f->path);
	free(f);
}

/* 1 when there are unread bytes, 0 at the end of the file, -1. */
static int fill(struct line_file *f, struct err *e)
{
	ssize_t n;

	if (f->begin < f->end)
		return 1;
	do
		n = read(f->fd, f->chunk, CHUNK_BYTES);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_set_errno(e, EX_UNREADABLE, errno, "cannot read '%s'", f->path);
	f->begin = 0;
	f->end = (size_t)n;
	return n > 0;
}

/* Appends what fits; false when something did not. */
static bool keep(struct line_file *f, const char *data, size_t len)
{
	size_t room = f->max_line - f->line.len;

	buf_add(&f->line, data, len < room ? len : room);
	return len <= room;
}

/* A line that is whole in the chunk is handed out where it was read. */
static bool next_in_place(struct line_file *f, struct span *line, bool *cut)
{
	const char *from = f->chunk + f->begin;
	const char *newline = memchr(from, '\n', f->end - f->begin);
	size_t len;

	if (!newline)
		return false;
	len = (size_t)(newline - from);
	f->begin += len + 1;
	*cut = len > f->max_line;
	*line = span_of(from, *cut ? f->max_line : len);
	return true;
}

int line_file_next(struct line_file *f, struct span *line, bool *cut, struct err *e)
{
	bool some = false, whole = false, fits = true;
	int more = 0;

	if (f->begin < f->end && next_in_place(f, line, cut))
		return 1;
	buf_clear(&f->line);
	while (!whole && (more = fill(f, e)) > 0) {
		const char *from = f->chunk + f->begin;
		size_t have = f->end - f->begin;
		const char *newline = memchr(from, '\n', have);
		size_t len = newline ? (size_t)(newline - from) : have;

		some = true;
		whole = newline != NULL;
		fits = keep(f, from, len) && fits;
		f->begin += len + whole;
	}
	if (more < 0)
		return -1;
	if (!some)
		return 0;
	memset(buf_room(&f->line, RECORD_PADDING), 0, RECORD_PADDING);
	*line = buf_span(&f->line);
	*cut = !fits;
	return 1;
}
