/*
 * Linked into every programme of a coverage build (make coverage), and into nothing else: libgcov
 * writes its counters when a process leaves through exit(), so a child that ends in _exit(), in
 * exec or by a signal that it raised itself would lose them. The linker's --wrap sends those calls
 * here first; the sources of lib and cmd know nothing of it.
 *
 * A child that has entered Landlock, or limited the size of its files, cannot write counters any
 * more: they are written before the door shuts, and what it executes behind is not counted.
 */
#include <gcov.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

pid_t __real_fork(void);
int __real_execve(const char *path, char *const argv[], char *const envp[]);
int __real_execveat(int dir, const char *path, char *const argv[], char *const envp[], int flags);
int __real_setrlimit(__rlimit_resource_t what, const struct rlimit *limit);
int __real_raise(int sig);
long __real_syscall(long number, ...);
_Noreturn void __real__exit(int status);

pid_t __wrap_fork(void);
int __wrap_execve(const char *path, char *const argv[], char *const envp[]);
int __wrap_execveat(int dir, const char *path, char *const argv[], char *const envp[], int flags);
int __wrap_setrlimit(__rlimit_resource_t what, const struct rlimit *limit);
int __wrap_raise(int sig);
long __wrap_syscall(long number, ...);
_Noreturn void __wrap__exit(int status);

enum { ROOM_BYTES = 1 << 20 }; /* more than any file of counters takes */

/* This process can no longer open its files of counters. */
static bool shut_in;

/* A write beyond the limit would kill the process, and leave half a file. */
static bool has_room(void)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur >= ROOM_BYTES;
}

/* libgcov's complaints must not get among the messages that a test looks at. */
static void save(void)
{
	if (shut_in || !has_room())
		return;
	(void)setenv("GCOV_ERROR_FILE", "/dev/null", 1);
	__gcov_dump();
}

/* The process goes on, and counts anew. */
static void save_so_far(void)
{
	save();
	__gcov_reset();
}

/* Before libgcov's own, which has no number and does nothing after a dump. */
static __attribute__((destructor(65535))) void save_at_exit(void)
{
	save();
}

pid_t __wrap_fork(void)
{
	pid_t pid = __real_fork();

	if (pid == 0)
		__gcov_reset(); /* what came before the fork is the parent's to save */
	return pid;
}

int __wrap_execve(const char *path, char *const argv[], char *const envp[])
{
	save_so_far();
	return __real_execve(path, argv, envp);
}

int __wrap_execveat(int dir, const char *path, char *const argv[], char *const envp[], int flags)
{
	save_so_far();
	return __real_execveat(dir, path, argv, envp, flags);
}

int __wrap_setrlimit(__rlimit_resource_t what, const struct rlimit *limit)
{
	if (what == RLIMIT_FSIZE)
		save_so_far();
	return __real_setrlimit(what, limit);
}

int __wrap_raise(int sig)
{
	save_so_far();
	return __real_raise(sig);
}

long __wrap_syscall(long number, ...)
{
	long arg[6];
	va_list args;

	va_start(args, number);
	for (int i = 0; i < 6; i++)
		arg[i] = va_arg(args, long);
	va_end(args);
	if (number == SYS_landlock_restrict_self) {
		save_so_far();
		shut_in = true;
	}
	return __real_syscall(number, arg[0], arg[1], arg[2], arg[3], arg[4], arg[5]);
}

_Noreturn void __wrap__exit(int status)
{
	save();
	__real__exit(status);
}
