/*
 * Processes by a word in their environment: what is left of a command whose
 * shim and caller were both killed, when nothing else leads to it any more.
 */
#include "proc/proc.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/num.h"
#include "proc/tree.h"

enum { ENVIRON_MAX = 4 << 20 };

/* Does an entry of the environment match? See proc_end_marked. */
static bool is_marked(const char *pid, const char *marker)
{
	struct buf text = BUF_INIT(ENVIRON_MAX);
	struct err ignored = ERR_INIT;
	bool found = false;
	char path[300];
	size_t at = 0, n = strlen(marker);

	(void)snprintf(path, sizeof path, "/proc/%s/environ", pid);
	if (file_read(path, &text, &ignored) != 0)
		text.len = 0; /* gone, or another user's */
	while (at < text.len && !found) {
		const char *entry = text.data + at;
		size_t len = strnlen(entry, text.len - at);

		found = (len == n || (len > n && marker[n - 1] == '/')) &&
			memcmp(entry, marker, n) == 0;
		at += len + 1;
	}
	buf_release(&text);
	return found;
}

/* 1 if that process is marked: it was killed, through a descriptor opened before it was looked at.
 */
static int kill_if_marked(const char *name, const char *marker)
{
	struct err ignored = ERR_INIT;
	int64_t pid;
	int fd, seen = 0;

	if (num_parse_i64(span_cstr(name), 2, INT32_MAX, &pid, &ignored) != 0 ||
	    pid == (int64_t)getpid())
		return 0;
	fd = (int)syscall(SYS_pidfd_open, (pid_t)pid, 0);
	if (fd < 0)
		return 0;
	if (is_marked(name, marker)) {
		(void)syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0); /* looked at again */
		seen = 1;
	}
	(void)close(fd);
	return seen;
}

static int one_round(const char *marker)
{
	DIR *all = opendir("/proc");
	struct dirent *d;
	int seen = 0;

	if (!all)
		return 0;
	while ((d = readdir(all)) != NULL)
		seen += kill_if_marked(d->d_name, marker);
	(void)closedir(all); /* only read from */
	return seen;
}

int proc_end_marked(const char *marker, int64_t wait_ms, int *found)
{
	int64_t until = tree_ticks_ms() + wait_ms;
	int left = one_round(marker);

	*found = left;
	while (left > 0 && tree_ticks_ms() < until) {
		const struct timespec pause = {.tv_nsec = 2000000};

		(void)nanosleep(&pause, NULL); /* an early wake-up only looks again */
		left = one_round(marker);
	}
	return left;
}
