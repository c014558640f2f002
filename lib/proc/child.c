#include "proc/child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proc/sandbox.h"

enum { GATE_FD = 3, FAILED_FD = 4, RULES_FD = 5, EXEC_FD = 6, FDS = 7, ABOVE_ALL = 10 };

static _Noreturn void give_up(int failed, int errnum)
{
	ssize_t n = write(failed, &errnum, sizeof errnum);

	_exit(n == (ssize_t)sizeof errnum ? 126 : 125);
}

/* Ignored signals stay ignored over exec, so every action is put back. */
static void reset_signals(void)
{
	struct sigaction standard = {.sa_handler = SIG_DFL};
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		(void)sigaction(sig, &standard, NULL); /* KILL, STOP and libc's own refuse */
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Moves the descriptors out of the way first: they may be among 0-4 themselves.
 */
static int place_fds(const struct child_fds *from, int failed_now)
{
	const int source[FDS] = {from->in,   from->out,   from->err, from->gate,
				 failed_now, from->rules, from->exec};
	int high[FDS];

	for (int i = 0; i < FDS; i++) {
		bool absent = i > FAILED_FD && source[i] <= 0;

		high[i] = absent ? -1 : fcntl(source[i], F_DUPFD_CLOEXEC, ABOVE_ALL);
		if (high[i] < 0 && !absent)
			return -1;
	}
	for (int i = 0; i < FDS; i++) {
		if (high[i] < 0)
			(void)close(i); /* what is not given must not be taken for given */
		else if (dup3(high[i], i, i < GATE_FD ? 0 : O_CLOEXEC) < 0)
			return -1;
	}
	return close_range(FDS, ~0U, 0);
}

static int set_limit(int what, uint64_t n)
{
	const struct rlimit limit = {n, n};

	return n ? setrlimit(what, &limit) : 0;
}

static int set_limits(const struct proc_limits *l)
{
	if (set_limit(RLIMIT_AS, l->memory_bytes) != 0 ||
	    set_limit(RLIMIT_FSIZE, l->file_bytes) != 0 ||
	    set_limit(RLIMIT_NPROC, (uint64_t)l->processes) != 0)
		return -1;
	return set_limit(RLIMIT_CPU, (uint64_t)l->cpu_s);
}

static int restrict_self(pid_t parent)
{
	const struct rlimit no_core = {0, 0};

	(void)umask(077);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return -1;
	if (getppid() != parent) { /* died before PDEATHSIG was set */
		errno = ESRCH;
		return -1;
	}
	return setrlimit(RLIMIT_CORE, &no_core);
}

/* Blocks until the caller decides. */
static void wait_at_gate(void)
{
	char go;
	ssize_t n;

	do
		n = read(GATE_FD, &go, 1);
	while (n < 0 && errno == EINTR);
	if (n != 1)
		_exit(125); /* never executed */
}

/* A script is read by its interpreter, which opens it again by its path. */
static bool is_script(void)
{
	char start[2] = "";

	return pread(EXEC_FD, start, 2, 0) == 2 && start[0] == '#' && start[1] == '!';
}

/* The path still leads to the file that is open. */
static bool is_still_there(const char *path)
{
	struct stat open_file, now;

	if (fstat(EXEC_FD, &open_file) != 0 || stat(path, &now) != 0)
		return false;
	return open_file.st_dev == now.st_dev && open_file.st_ino == now.st_ino;
}

static void execute(const struct proc_spec *spec, bool opened)
{
	char *const *argv = (char *const *)spec->argv, *const *envp = (char *const *)spec->envp;

	if (opened && !is_script())
		(void)execveat(EXEC_FD, "", argv, envp, AT_EMPTY_PATH);
	else if (!opened || is_still_there(spec->path))
		(void)execve(spec->path, argv, envp);
	else
		errno = ESTALE;
}

void child_main(const struct proc_spec *spec, const struct child_fds *fds, pid_t parent)
{
	reset_signals();
	if (setsid() < 0 || restrict_self(parent) != 0 || place_fds(fds, fds->failed) != 0)
		give_up(fds->failed, errno);
	if (chdir(spec->cwd ? spec->cwd : "/") != 0)
		give_up(FAILED_FD, errno);
	wait_at_gate();
	if (fds->rules > 0 && sandbox_enter(RULES_FD) != 0)
		give_up(FAILED_FD, errno);
	if (set_limits(&spec->limits) != 0)
		give_up(FAILED_FD, errno);
	execute(spec, fds->exec > 0);
	give_up(FAILED_FD, errno);
}
