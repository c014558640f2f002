#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lock.h"
#include "base/mem.h"

static int read_to_end(int fd, const char *path, struct buf *b, struct err *e)
{
	enum { CHUNK = 65536 };
	char *chunk = mem_alloc(CHUNK);
	int rc = -1;

	for (;;) {
		ssize_t n = read(fd, chunk, CHUNK);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			err_set_errno(e, EX_UNREADABLE, errno, "cannot read '%s'", path);
			goto out;
		}
		if (n == 0)
			break;
		buf_add(b, chunk, (size_t)n);
		if (buf_overflowed(b)) {
			err_set(e, EX_BADDATA, "'%s' is larger than %zu bytes", path, b->max);
			goto out;
		}
	}
	rc = 0;
out:
	free(chunk);
	return rc;
}

int file_read(const char *path, struct buf *b, struct err *e)
{
	int fd, rc;

	if (strcmp(path, "-") == 0)
		return read_to_end(STDIN_FILENO, "(standard input)", b, e);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_set_errno(e, EX_UNREADABLE, errno, "cannot open '%s'", path);
	rc = read_to_end(fd, path, b, e);
	(void)close(fd); /* only read from */
	return rc;
}

int file_write_all(int fd, struct span data, struct err *e)
{
	while (data.len) {
		ssize_t n = write(fd, data.data, data.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set_errno(e, EX_IO, errno, "cannot write");
		data = span_of(data.data + n, data.len - (size_t)n);
	}
	return 0;
}

/* Makes a rename in path's directory durable. */
static int sync_parent(const char *path, struct err *e)
{
	const char *slash = strrchr(path, '/');
	char *dir =
		slash ? mem_dup(path, slash == path ? 1 : (size_t)(slash - path)) : mem_dupz(".");
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;

	if (fd < 0 || fsync(fd) != 0)
		rc = err_set_errno(e, EX_IO, errno, "cannot sync directory '%s'", dir);
	if (fd >= 0)
		(void)close(fd); /* synced, or the error stands */
	free(dir);
	return rc;
}

struct file_new {
	int fd;
	char *path, *tmp;
};

static void file_new_free(struct file_new *f)
{
	free(f->path);
	free(f->tmp);
	free(f);
}

/* A rename would put a file in the place of a device or a pipe. */
static int check_replaceable(const char *path, struct err *e)
{
	struct stat st;

	if (lstat(path, &st) != 0 || S_ISREG(st.st_mode) || S_ISLNK(st.st_mode))
		return 0;
	return err_set(e, EX_CANNOTCREATE, "'%s' is no regular file and is not replaced", path);
}

static struct file_new *file_new_named(const char *path, const char *suffix)
{
	struct file_new *f = mem_alloc(sizeof *f);
	size_t n = strlen(path), k = strlen(suffix) + 1;

	f->path = mem_dupz(path);
	f->tmp = mem_alloc(n + k);
	memcpy(f->tmp, path, n);
	memcpy(f->tmp + n, suffix, k);
	return f;
}

/* Takes the descriptor of f->tmp, or -1 with errno set, in the way of open(2). */
static struct file_new *file_new_begin(struct file_new *f, int fd, mode_t mode, struct err *e)
{
	f->fd = fd;
	if (fd < 0) {
		err_set_errno(e, EX_CANNOTCREATE, errno, "cannot create '%s'", f->path);
		file_new_free(f);
		return NULL;
	}
	if (fchmod(fd, mode) != 0) {
		err_set_errno(e, EX_IO, errno, "cannot set the mode of '%s'", f->path);
		file_new_abandon(f);
		return NULL;
	}
	return f;
}

struct file_new *file_new_open(const char *path, mode_t mode, struct err *e)
{
	struct file_new *f;

	if (check_replaceable(path, e) != 0)
		return NULL;
	f = file_new_named(path, ".unfinished");
	(void)unlink(f->tmp); /* what was left; if it cannot go, the next line says so */
	return file_new_begin(f, open(f->tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), mode,
			      e);
}

int file_new_write(struct file_new *f, struct span data, struct err *e)
{
	if (file_write_all(f->fd, data, e) == 0)
		return 0;
	err_prefix(e, "'%s'", f->path);
	return -1;
}

void file_new_abandon(struct file_new *f)
{
	if (!f)
		return;
	(void)unlink(f->tmp); /* the first error is the one to report */
	(void)close(f->fd);   /* the same */
	file_new_free(f);
}

int file_new_commit(struct file_new *f, struct err *e)
{
	int rc;

	if (fsync(f->fd) != 0) {
		err_set_errno(e, EX_IO, errno, "cannot sync '%s'", f->path);
		file_new_abandon(f);
		return -1;
	}
	if (rename(f->tmp, f->path) != 0) {
		err_set_errno(e, EX_CANNOTCREATE, errno, "cannot replace '%s'", f->path);
		file_new_abandon(f);
		return -1;
	}
	rc = sync_parent(f->path, e);
	if (close(f->fd) != 0 && rc == 0)
		rc = err_set_errno(e, EX_IO, errno, "cannot close '%s'", f->path);
	file_new_free(f);
	return rc;
}

int file_write_atomic(const char *path, struct span data, mode_t mode, struct err *e)
{
	struct file_new *f;

	if (check_replaceable(path, e) != 0)
		return -1;
	f = file_new_named(path, ".XXXXXX"); /* two may write it at once */
	f = file_new_begin(f, mkostemp(f->tmp, O_CLOEXEC), mode, e);
	if (!f)
		return -1;
	if (file_new_write(f, data, e) != 0) {
		file_new_abandon(f);
		return -1;
	}
	return file_new_commit(f, e);
}

int file_lock(const char *path, int64_t wait_ms, struct err *e)
{
	int fd = lock_open(path, e);

	if (fd >= 0 && lock_take(fd, path, wait_ms, e) != 0) {
		(void)close(fd); /* nothing was locked */
		fd = -1;
	}
	return fd;
}

int file_make_parents(const char *path, struct err *e)
{
	char *dir = mem_dupz(path);
	int rc = 0;

	for (char *p = dir + 1; *p && rc == 0; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(dir, 0700) != 0 && errno != EEXIST)
			rc = err_set_errno(e, EX_CANNOTCREATE, errno,
					   "cannot create directory '%s'", dir);
		*p = '/';
	}
	free(dir);
	return rc;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* NULL at the end, with errno 0, or on failure. */
static struct dirent *next_entry(DIR *dir)
{
	errno = 0;
	return readdir(dir);
}

int file_list(const char *path, const char *suffix, char ***names, size_t *n, struct err *e)
{
	struct span end = span_cstr(suffix);
	size_t count = 0, cap = 0;
	char **list = NULL;
	struct dirent *d;
	DIR *dir = opendir(path);
	int rc = 0;

	if (!dir)
		return err_set_errno(e, EX_UNREADABLE, errno, "cannot open directory '%s'", path);
	while ((d = next_entry(dir)) != NULL) {
		struct span name = span_cstr(d->d_name);
		struct buf full = BUF_INIT(1 << 16);

		if (d->d_name[0] == '.' || name.len < end.len ||
		    !span_eq(span_of(name.data + name.len - end.len, end.len), end))
			continue;
		buf_addf(&full, "%s/%s", path, d->d_name);
		mem_grow(list, cap, count + 1);
		list[count++] = buf_take(&full);
	}
	if (errno != 0)
		rc = err_set_errno(e, EX_UNREADABLE, errno, "cannot read directory '%s'", path);
	(void)closedir(dir); /* only read from */
	if (rc != 0) {
		file_list_free(list, count);
		return -1;
	}
	if (count)
		qsort(list, count, sizeof *list, by_name);
	*names = list;
	*n = count;
	return 0;
}

void file_list_free(char **names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
}

bool file_is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}
