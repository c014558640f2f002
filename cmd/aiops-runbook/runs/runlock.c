#include "aiops-runbook/runs/runlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/lock.h"
#include "base/mem.h"

static char *lock_path(const char *db, const char *name)
{
	struct buf path = BUF_INIT(1 << 16);

	buf_addf(&path, "%s.locks/%s", db, name);
	return buf_take(&path);
}

static int make_folder(const char *db, struct err *e)
{
	struct buf path = BUF_INIT(1 << 16);
	int rc = 0;

	buf_addf(&path, "%s.locks", db);
	if (mkdir(buf_cstr(&path), 0700) != 0 && errno != EEXIST)
		rc = err_set_errno(e, EX_CANNOTCREATE, errno, "cannot create directory '%s'",
				   buf_cstr(&path));
	buf_release(&path);
	return rc;
}

char *outcome_file(const char *db, const char *run, struct err *e)
{
	struct buf name = BUF_INIT(128);
	char *path = NULL;

	if (make_folder(db, e) == 0) {
		buf_addf(&name, "%s.outcome", run);
		path = lock_path(db, buf_cstr(&name));
	}
	buf_release(&name);
	return path;
}

/* The file that is locked is the one that the path leads to: whoever had it may have removed it
 * between our opening and our locking it. */
static bool is_current(int fd, const char *path)
{
	struct stat ours, now;

	return fstat(fd, &ours) == 0 && stat(path, &now) == 0 && ours.st_ino == now.st_ino &&
	       ours.st_dev == now.st_dev;
}

static int take(const char *path, int *out, struct err *e)
{
	for (;;) {
		int fd = lock_open(path, e);

		if (fd < 0)
			return -1;
		if (lock_take(fd, path, 0, e) != 0) {
			(void)close(fd); /* nothing was locked */
			return -1;
		}
		if (is_current(fd, path)) {
			*out = fd;
			return 0;
		}
		(void)close(fd); /* a lock that nobody else looks at */
	}
}

int run_lock_take(const char *db, const char *run, struct run_lock *out, struct err *e)
{
	*out = (struct run_lock){.fd = -1, .path = lock_path(db, run)};
	if (make_folder(db, e) == 0 && take(out->path, &out->fd, e) == 0)
		return 0;
	run_lock_drop(out);
	return -1;
}

void run_lock_drop(struct run_lock *l)
{
	if (l->fd >= 0) {
		(void)unlink(l->path); /* only its own run looks at it; left behind it says
					  "gone" as well */
		(void)close(l->fd);
	}
	free(l->path);
	*l = (struct run_lock){.fd = -1};
}

bool run_lock_is_held(const char *db, const char *run)
{
	char *path = lock_path(db, run);
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	bool held = false;

	free(path);
	if (fd < 0)
		return false; /* never taken, or given back */
	held = flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
	(void)close(fd); /* lets go of it */
	return held;
}
