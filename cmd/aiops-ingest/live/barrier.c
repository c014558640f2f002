#include "aiops-ingest/live/barrier.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aiops-ingest/live/rotated.h"
#include "base/mem.h"
#include "base/span.h"

/* As state_save writes it: others' barriers begin otherwise. */
#define OURS BARRIER_FRONT "{\"kind\":\"aiops-ingest state\","
enum { CHUNK = 64 << 10 };

/* Reads up to n bytes at offset: all of them but at the file's end. */
static ssize_t read_at(int fd, char *data, size_t n, int64_t offset)
{
	size_t got = 0;

	while (got < n) {
		ssize_t more = pread(fd, data + got, n - got, offset + (int64_t)got);

		if (more < 0 && errno == EINTR)
			continue;
		if (more < 0)
			return -1;
		if (more == 0)
			break;
		got += (size_t)more;
	}
	return (ssize_t)got;
}

/* The state in the line that begins at offset, without what stands around it: 1, 0 if the line has
 * no end, since its writer was killed. */
static int read_barrier(int fd, int64_t offset, struct buf *out, struct err *e)
{
	size_t before = out->len;
	char chunk[4096];
	ssize_t n;

	offset += (int64_t)strlen(BARRIER_FRONT);
	while ((n = read_at(fd, chunk, sizeof chunk, offset)) > 0) {
		const char *end = memchr(chunk, '\n', (size_t)n);

		buf_add(out, chunk, end ? (size_t)(end - chunk) : (size_t)n);
		if (buf_overflowed(out))
			return err_set(e, EX_BADDATA, "a barrier is too large");
		if (end && out->len > before) {
			out->len -= strlen(BARRIER_BACK);
			return 1;
		}
		offset += n;
	}
	out->len = before;
	return n < 0 ? err_set_errno(e, EX_UNREADABLE, errno, "cannot read a barrier") : 0;
}

/* The last place up to `last` in the chunk at which a line begins as ours do; -1: none. whole: its
 * first byte is the file's. */
static int64_t last_in(struct span chunk, int64_t last, bool whole)
{
	struct span rest = chunk;

	while (rest.len > 0) {
		const char *lf = memrchr(rest.data, '\n', rest.len);
		size_t at = lf ? (size_t)(lf - chunk.data) + 1 : 0;
		struct span line = span_of(chunk.data + at, chunk.len - at);

		if ((lf || whole) && (int64_t)at <= last && span_starts(line, OURS))
			return (int64_t)at;
		rest.len = lf ? at - 1 : 0;
	}
	return -1;
}

/* 1, 0, -1. */
static int search(int fd, struct buf *out, struct err *e)
{
	char *data = mem_alloc(CHUNK + sizeof OURS);
	struct stat st;
	int64_t end = fstat(fd, &st) == 0 ? st.st_size : 0;
	int rc = 0;

	/* Chunks overlap by what a line is known by, so that a beginning is whole in one of them.
	 */
	while (rc == 0 && end > 0) {
		int64_t from = end > CHUNK ? end - CHUNK : 0, at;
		ssize_t n = read_at(fd, data, (size_t)(end - from) + sizeof OURS, from);

		if (n < 0) {
			rc = err_set_errno(e, EX_UNREADABLE, errno, "cannot read");
			break;
		}
		at = last_in(span_of(data, (size_t)n), end - from, from == 0);
		if (at >= 0)
			rc = read_barrier(fd, from + at, out, e);
		end = at >= 0 ? from + at - 1 : from; /* cut off: one before it */
	}
	free(data);
	return rc;
}

static int search_path(const char *path, struct buf *out, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int rc;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (fd < 0)
		return err_set_errno(e, EX_UNREADABLE, errno, "cannot open '%s'", path);
	rc = search(fd, out, e);
	(void)close(fd); /* only read from */
	return rc < 0 ? err_prefix(e, "'%s'", path) : rc;
}

int barrier_last(const char *path, struct buf *out, struct err *e)
{
	struct rotated_files older;
	int rc = search_path(path, out, e);

	if (rc != 0 || rotated_all(path, &older, e) != 0)
		return rc != 0 ? rc : -1;
	for (size_t i = older.n; rc == 0 && i-- > 0;)
		rc = search_path(older.names[i], out, e);
	rotated_release(&older);
	return rc;
}
