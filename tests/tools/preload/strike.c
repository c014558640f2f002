/*
 * strike: kills aiops-runbook, one of its shims, or both, just before the n-th
 * system call that can change anything. Preloaded by tests/torture/runbook.
 *
 *	STRIKE_WHO   runner, shim, both-runner, both-shim: at whose call, and who is killed
 *	STRIKE_AT    n, from 1; 0 counts only
 *	STRIKE_CHILD which child of the runner's, from 1, is that shim
 *	STRIKE_LOG   a file: the calls of runner (0) or shims (their number), one a line
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static bool is_shim, counts, kills_both;
static long at, calls, children, wanted_child;
static pid_t last_child;
static const char *who = "", *log_path;

static void *next(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

static void look(void)
{
	counts = (is_shim && strstr(who, "shim")) || (!is_shim && strstr(who, "runner"));
	if (is_shim && wanted_child && wanted_child != children)
		counts = false;
	calls = 0;
}

__attribute__((constructor)) static void begin(void)
{
	const char *n = getenv("STRIKE_AT"), *child = getenv("STRIKE_CHILD");

	log_path = getenv("STRIKE_LOG");
	wanted_child = child ? strtol(child, NULL, 10) : 0;
	who = getenv("STRIKE_WHO") ? getenv("STRIKE_WHO") : "";
	at = n ? strtol(n, NULL, 10) : 0;
	kills_both = strncmp(who, "both-", 5) == 0;
	look();
}

/* Opened each time: shims close what they do not know. */
static void note(const char *name)
{
	static ssize_t (*real)(int, const void *, size_t);
	char line[80];
	int n, fd;

	if (!log_path)
		return;
	if (!real)
		*(void **)&real = next("write");
	fd = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	n = snprintf(line, sizeof line, "%ld %s\n", is_shim ? children : 0, name);
	if (fd >= 0) {
		(void)!real(fd, line, (size_t)n);
		(void)close(fd);
	}
}

/* The other one first: this one does not come back. */
static void point(const char *name)
{
	if (!counts)
		return;
	note(name);
	if (++calls != at)
		return;
	if (kills_both && is_shim)
		(void)kill(getppid(), SIGKILL);
	if (kills_both && !is_shim && last_child > 0)
		(void)kill(last_child, SIGKILL);
	(void)kill(getpid(), SIGKILL);
}

#define WRAP(type, name, parameters, arguments)                                                    \
	type name parameters                                                                       \
	{                                                                                          \
		static type(*real) parameters;                                                     \
                                                                                                   \
		if (!real)                                                                         \
			*(void **)&real = next(#name);                                             \
		point(#name);                                                                      \
		return real arguments;                                                             \
	}

WRAP(ssize_t, write, (int fd, const void *data, size_t n), (fd, data, n))
WRAP(ssize_t, pwrite64, (int fd, const void *data, size_t n, off64_t off), (fd, data, n, off))
WRAP(int, fdatasync, (int fd), (fd))
WRAP(int, fsync, (int fd), (fd))
WRAP(int, flock, (int fd, int how), (fd, how))
WRAP(int, ftruncate, (int fd, off_t n), (fd, n))
WRAP(int, unlink, (const char *path), (path))
WRAP(int, pipe2, (int fd[2], int flags), (fd, flags))
WRAP(int, waitid, (idtype_t type, id_t id, siginfo_t *info, int how), (type, id, info, how))
WRAP(pid_t, waitpid, (pid_t pid, int *status, int how), (pid, status, how))

pid_t fork(void)
{
	static pid_t (*real)(void);
	pid_t pid;

	if (!real)
		*(void **)&real = next("fork");
	point("fork");
	children++;
	pid = real();
	if (pid == 0)
		counts = false; /* until it says that it is a shim */
	else
		last_child = pid;
	return pid;
}

/* The shim names itself: from there on its calls are a shim's. */
int prctl(int option, ...)
{
	static int (*real)(int, ...);
	unsigned long a[4];
	va_list ap;

	va_start(ap, option);
	for (int i = 0; i < 4; i++)
		a[i] = va_arg(ap, unsigned long);
	va_end(ap);
	if (!real)
		*(void **)&real = next("prctl");
	if (option == 15 /* PR_SET_NAME */ && strcmp((const char *)a[0], "aiops-shim") == 0) {
		is_shim = true;
		look();
		point("prctl");
	}
	return real(option, a[0], a[1], a[2], a[3]);
}
