#include "base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

/* Of the open file, so that no other can take its place between the look and the reading. */
static int check_mode(int fd, const char *path, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return err_set_errno(e, EX_UNREADABLE, errno, "cannot open '%s'", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, EX_UNREADABLE, "'%s' is no regular file", path);
	if (st.st_mode & 077)
		return err_set(
			e, EX_POLICY,
			"refusing the secret '%s': others may read or write it; chmod 600 it",
			path);
	return 0;
}

/* One byte more than fits tells that it is too long. */
static int read_all(int fd, const char *path, struct buf *b, struct err *e)
{
	size_t limit = b->max - b->len;
	char *room = buf_room(b, limit);
	size_t n = 0;
	char more;

	while (room) {
		ssize_t got = n < limit ? read(fd, room + n, limit - n) : read(fd, &more, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_set_errno(e, EX_UNREADABLE, errno, "cannot read '%s'", path);
		if (got == 0)
			break;
		if (n == limit)
			room = NULL;
		n += (size_t)got;
	}
	if (!room)
		return err_set(e, EX_BADDATA, "'%s' is longer than %zu bytes", path, limit);
	b->len += n;
	return 0;
}

static int check_text(struct span s, const char *path, struct err *e)
{
	if (s.len == 0)
		return err_set(e, EX_BADDATA, "'%s' is empty", path);
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.data[i];

		if (c < 0x20 || c == 0x7f)
			return err_set(e, EX_BADDATA,
				       "'%s' must hold one line without control characters", path);
	}
	return 0;
}

int secret_read(const char *path, struct buf *b, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	size_t start = b->len;
	struct span text;
	int rc;

	if (fd < 0)
		return err_set_errno(e, EX_UNREADABLE, errno, "cannot open '%s'", path);
	rc = check_mode(fd, path, e) == 0 ? read_all(fd, path, b, e) : -1;
	(void)close(fd); /* only read from */
	if (rc == 0) {
		text = span_trim(span_of(b->data + start, b->len - start));
		rc = check_text(text, path, e);
		memmove(b->data + start, text.data, text.len);
		b->len = start + text.len;
	}
	if (rc != 0)
		b->len = start;
	return rc;
}

int secret_write_new(const char *path, struct span text, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600), rc;

	if (fd < 0)
		return err_set_errno(e, EX_CANNOTCREATE, errno, "cannot create '%s'", path);
	rc = file_write_all(fd, text, e);
	if (rc == 0 && fsync(fd) != 0)
		rc = err_set_errno(e, EX_IO, errno, "cannot sync '%s'", path);
	if (close(fd) != 0 && rc == 0)
		rc = err_set_errno(e, EX_IO, errno, "cannot close '%s'", path);
	if (rc != 0)
		(void)unlink(path); /* half a secret is none */
	return rc;
}

void secret_release(struct buf *b)
{
	if (b->data)
		sodium_memzero(b->data, b->cap);
	buf_release(b);
}
