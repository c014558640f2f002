#include "base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

enum attempt { TAKEN, HELD, FAILED };

int lock_open(const char *path, struct err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	return fd < 0 ? err_set_errno(e, EX_CANNOTCREATE, errno, "cannot open lock file '%s'", path)
		      : fd;
}

static enum attempt try_lock(int fd)
{
	while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EINTR)
			return errno == EWOULDBLOCK ? HELD : FAILED;
	}
	return TAKEN;
}

static enum attempt set_turn(int fd, short type)
{
	struct flock byte = {.l_type = type, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1};

	while (fcntl(fd, F_OFD_SETLK, &byte) != 0) {
		if (errno != EINTR)
			return errno == EAGAIN || errno == EACCES ? HELD : FAILED;
	}
	return TAKEN;
}

static enum attempt try_turn(int fd)
{
	return set_turn(fd, F_WRLCK);
}

static int64_t ticks_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t); /* cannot fail for this clock */
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* How long to pause between two attempts: an eighth of the time waited, within these bounds. */
struct pace {
	int64_t shortest_us, longest_us;
};

/* Tries until taken or *deadline_us (-1: not set yet); the clock is asked only after a refusal. */
static enum attempt wait_for(enum attempt (*try)(int), int fd, struct pace pace, int64_t wait_ms,
			     int64_t *deadline_us)
{
	enum attempt a = try(fd);
	int64_t start = 0;

	while (a == HELD) {
		int64_t now = ticks_us(), pause_us;
		struct timespec pause = {0};

		if (start == 0)
			start = now;
		if (*deadline_us < 0)
			*deadline_us = now + wait_ms * 1000;
		if (now >= *deadline_us)
			return HELD;
		pause_us = (now - start) / 8;
		if (pause_us < pace.shortest_us)
			pause_us = pace.shortest_us;
		if (pause_us > pace.longest_us)
			pause_us = pace.longest_us;
		pause.tv_nsec = (long)(pause_us * 1000);
		(void)nanosleep(&pause, NULL); /* an early wake-up only asks again */
		a = try(fd);
	}
	return a;
}

int lock_take(int fd, const char *path, int64_t wait_ms, struct err *e)
{
	/* Those in line ask at an even pace, so that none is favoured; the one whose turn it is
	 * must see a lock of 0.1 ms come free at once, but not spin through one of seconds. */
	static const struct pace in_line = {1000, 1000}, next = {30, 4000};
	int64_t deadline_us = -1;
	enum attempt a = wait_for(try_turn, fd, in_line, wait_ms, &deadline_us);

	if (a == TAKEN) {
		a = wait_for(try_lock, fd, next, wait_ms, &deadline_us);
		(void)set_turn(fd, F_UNLCK); /* giving back what is held cannot fail */
	}
	if (a == HELD)
		return err_set(e, EX_TRYLATER, "'%s' is locked by another process; try again later",
			       path);
	return a == TAKEN ? 0 : err_set_errno(e, EX_IO, errno, "cannot lock '%s'", path);
}

void lock_drop(int fd)
{
	(void)flock(fd, LOCK_UN); /* giving back what is held cannot fail */
}
