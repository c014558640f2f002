#include "proc/tree.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/num.h"

void pid_list_release(struct pid_list *l)
{
	free(l->pids);
	*l = (struct pid_list){0};
}

static void pid_list_add(struct pid_list *l, pid_t pid)
{
	mem_grow(l->pids, l->cap, l->n + 1);
	l->pids[l->n++] = pid;
}

static bool pid_list_has(const struct pid_list *l, pid_t pid)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->pids[i] == pid)
			return true;
	return false;
}

/* "12 13 14 " as the kernel writes task/TID/children. */
static void add_numbers(struct span text, struct pid_list *out)
{
	size_t at = 0;

	while (at < text.len) {
		struct err ignored = ERR_INIT;
		size_t end = at;
		int64_t pid;

		while (end < text.len && text.data[end] != ' ' && text.data[end] != '\n')
			end++;
		if (end > at && num_parse_i64(span_of(text.data + at, end - at), 1, INT32_MAX, &pid,
					      &ignored) == 0)
			pid_list_add(out, (pid_t)pid);
		at = end + 1;
	}
}

int tree_children(struct pid_list *out, struct err *e)
{
	DIR *tasks = opendir("/proc/self/task");
	struct buf text = BUF_INIT(1 << 22);
	struct dirent *d;
	int rc = -1;

	if (!tasks)
		return err_set_errno(e, EX_SYSTEM, errno, "cannot open /proc/self/task");
	while ((d = readdir(tasks)) != NULL) {
		char path[300];

		if (d->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof path, "/proc/self/task/%s/children", d->d_name);
		buf_clear(&text);
		if (file_read(path, &text, e) != 0) {
			e->code = EX_SYSTEM;
			goto out;
		}
		add_numbers(buf_span(&text), out);
	}
	rc = 0;
out:
	(void)closedir(tasks); /* only read from */
	buf_release(&text);
	return rc;
}

void tree_signal(pid_t leader, int sig)
{
	(void)kill(-leader, sig); /* no group yet: the next line reaches the leader */
	(void)kill(leader, sig);
}

int64_t tree_ticks_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t); /* cannot fail */
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* One round: kills and reaps what is there. Returns how many were seen. */
static int sweep_round(pid_t leader, const struct pid_list *spared)
{
	struct err ignored = ERR_INIT;
	struct pid_list now = {0};
	int seen = 0;

	if (tree_children(&now, &ignored) != 0)
		now.n = 0; /* without /proc only the group can be reached */
	for (size_t i = 0; i < now.n; i++) {
		pid_t pid = now.pids[i];

		if (pid == leader || pid_list_has(spared, pid))
			continue;
		seen++;
		/* Our child until we reap it: the pid cannot mean another process. */
		(void)kill(pid, SIGKILL);
		(void)waitpid(pid, NULL, WNOHANG);
	}
	pid_list_release(&now);
	return seen;
}

int tree_sweep(pid_t leader, const struct pid_list *spared, int64_t until_ms)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	int left;

	while ((left = sweep_round(leader, spared)) > 0 && tree_ticks_ms() < until_ms)
		(void)nanosleep(&pause, NULL); /* an early wake-up only looks again */
	return left;
}
