#include "proc/shim.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "proc/outcome.h"
#include "proc/proc_impl.h"

enum {
	POLL_SLICE_MS = 100,  /* how late *stop may be noticed */
	MARGIN_MS = 4000,     /* beyond timeout and grace, before the shim itself is killed */
	SWEEP_MS = 500,       /* for killing what a killed shim left */
	LOCK_WAIT_MS = 3000,  /* for a shim at the gate whose caller has just died */
	LOCK_PAUSE_MS = 5,    /* between two looks at a lock */
	AFTER_KILL_MS = 1000, /* for a shim that was killed to be gone */
};

struct shim {
	pid_t pid;
	int pidfd, gate; /* gate: write end */
	int64_t bound_ms, grace_ms;
	struct pid_list spared;
	char *path, *label;
};

/* ---- the shim's side ---- */

enum { LOCK_FD = 3, GATE_FD = 4, EXEC_FD = 5, ABOVE_ALL = 10 };

/* Records of the caller are not ours to hold open: a reader of them would wait for us. */
static int keep_only(int lock, int gate, int exec)
{
	const int source[] = {lock, gate, exec};
	int high[3], null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int n = exec > 0 ? 3 : 2;

	for (int i = 0; i < n; i++) {
		high[i] = fcntl(source[i], F_DUPFD_CLOEXEC, ABOVE_ALL);
		if (high[i] < 0)
			return -1;
	}
	for (int i = 0; i < 3; i++)
		if (null < 0 || (null != i && dup2(null, i) < 0))
			return -1;
	for (int i = 0; i < n; i++)
		if (dup3(high[i], LOCK_FD + i, O_CLOEXEC) < 0)
			return -1;
	return close_range((unsigned)(LOCK_FD + n), ~0U, 0);
}

/* TERM as something to read; all signals stay blocked, here and until a command's own exec. */
static int open_stop(void)
{
	sigset_t term;

	(void)sigemptyset(&term);
	(void)sigaddset(&term, SIGTERM);
	return signalfd(-1, &term, SFD_CLOEXEC | SFD_NONBLOCK);
}

static bool wait_at_gate(void)
{
	char go;
	ssize_t n;

	do
		n = read(GATE_FD, &go, 1);
	while (n < 0 && errno == EINTR);
	(void)close(GATE_FD); /* has said all it can */
	return n == 1;
}

static int run_command(const struct shim_spec *spec, int stop_fd, struct proc_result *result,
		       struct err *e)
{
	struct proc_spec command = spec->command;

	command.stop_fd = stop_fd;
	if (command.exec_fd > 0)
		command.exec_fd = EXEC_FD;
	return proc_run(&command, NULL, result, e);
}

/* An outcome that cannot be written is not known: there is nobody to tell. */
static _Noreturn void shim_main(const struct shim_spec *spec, int lock, int gate)
{
	struct proc_result result = {0};
	struct err why = ERR_INIT, e = ERR_INIT;
	int stop_fd, rc;

	(void)prctl(PR_SET_NAME, "aiops-shim"); /* only a name */
	if (setsid() < 0 || keep_only(lock, gate, spec->command.exec_fd) != 0)
		_exit(EX_SYSTEM);
	stop_fd = open_stop();
	if (!wait_at_gate() || stop_fd < 0)
		_exit(outcome_finish(LOCK_FD, spec->label, OUTCOME_FILE_HELD, NULL, NULL, &e) == 0
			      ? 0
			      : EX_IO);
	if (outcome_begin(LOCK_FD, spec->label, &e) != 0)
		_exit(EX_IO); /* nothing was executed, and an empty file says so */
	rc = run_command(spec, stop_fd, &result, &why);
	rc = outcome_finish(LOCK_FD, spec->label,
			    rc == 0 ? OUTCOME_FILE_ENDED : OUTCOME_FILE_NOEXEC, &result, &why, &e);
	_exit(rc == 0 ? 0 : EX_IO);
}

/* ---- starting ---- */

static void pause_ms(int64_t ms)
{
	const struct timespec t = {.tv_nsec = (long)(ms * 1000000)};

	(void)nanosleep(&t, NULL); /* an early wake-up only looks again */
}

/* 0 taken, 1 held by another, -1 error. */
static int try_lock(int fd, const char *path, struct err *e)
{
	while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno == EWOULDBLOCK)
			return 1;
		if (errno != EINTR)
			return err_set_errno(e, EX_IO, errno, "cannot lock '%s'", path);
	}
	return 0;
}

static int open_outcome(const char *path, struct err *e)
{
	int64_t until = tree_ticks_ms() + LOCK_WAIT_MS;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600), held;

	if (fd < 0)
		return err_set_errno(e, EX_CANNOTCREATE, errno, "cannot create '%s'", path);
	while ((held = try_lock(fd, path, e)) == 1 && tree_ticks_ms() < until)
		pause_ms(LOCK_PAUSE_MS);
	if (held == 1)
		err_set(e, EX_TRYLATER, "'%s' is held by a process of an earlier attempt", path);
	if (held == 0 && ftruncate(fd, 0) != 0)
		err_set_errno(e, EX_IO, errno, "cannot empty '%s'", path);
	if (e->code) {
		(void)close(fd); /* nothing was written */
		return -1;
	}
	return fd;
}

static pid_t fork_shim(const struct shim_spec *spec, int lock, int gate)
{
	sigset_t all, old;
	pid_t pid;

	(void)sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, &old);
	pid = fork();
	if (pid == 0)
		shim_main(spec, lock, gate);
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	return pid;
}

static void free_shim(struct shim *s)
{
	proc_close_fd(&s->gate);
	proc_close_fd(&s->pidfd);
	pid_list_release(&s->spared);
	free(s->path);
	free(s->label);
	free(s);
}

static struct shim *new_shim(const struct shim_spec *spec)
{
	struct shim *s = mem_zalloc(sizeof *s);

	*s = (struct shim){.pidfd = -1,
			   .gate = -1,
			   .bound_ms = spec->command.timeout_ms,
			   .grace_ms = spec->command.kill_after_ms,
			   .path = mem_dupz(spec->path),
			   .label = mem_dupz(spec->label)};
	return s;
}

int shim_prepare(const struct shim_spec *spec, struct shim **out, struct err *e)
{
	struct shim *s = new_shim(spec);
	int gate[2] = {-1, -1}, lock = -1;

	if (proc_prepare_caller(e) != 0 || tree_children(&s->spared, e) != 0)
		goto fail;
	lock = open_outcome(spec->path, e);
	if (lock < 0)
		goto fail;
	if (pipe2(gate, O_CLOEXEC) != 0) {
		err_set_errno(e, EX_SYSTEM, errno, "cannot make a pipe");
		goto fail;
	}
	s->gate = gate[1];
	s->pid = fork_shim(spec, lock, gate[0]);
	if (s->pid < 0) {
		err_set_errno(e, EX_SYSTEM, errno, "cannot start a process");
		goto fail;
	}
	proc_close_fd(&lock); /* the lock is the shim's: it says that the shim lives */
	proc_close_fd(&gate[0]);
	s->pidfd = (int)syscall(SYS_pidfd_open, s->pid, 0);
	if (s->pidfd < 0) {
		err_set_errno(e, EX_SYSTEM, errno, "cannot watch the process");
		shim_abandon(s);
		return -1;
	}
	*out = s;
	return 0;
fail:
	proc_close_fd(&lock);
	proc_close_fd(&gate[0]);
	free_shim(s);
	return -1;
}

int64_t shim_pid(const struct shim *s)
{
	return s->pid;
}

/* ---- its end ---- */

static void reap(pid_t pid)
{
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* True if the shim is dead; it is not reaped. */
static bool is_over(const struct shim *s, int64_t wait_ms)
{
	struct pollfd p = {.fd = s->pidfd, .events = POLLIN};

	return poll(&p, 1, (int)wait_ms) > 0;
}

static void wait_for_end(struct shim *s, const volatile bool *stop)
{
	int64_t until = tree_ticks_ms() + s->bound_ms + s->grace_ms + MARGIN_MS;
	bool told = false;

	while (!is_over(s, POLL_SLICE_MS)) {
		int64_t now = tree_ticks_ms();

		if (stop && *stop && !told) {
			(void)kill(s->pid, SIGTERM); /* our child, not reaped: the pid is its own */
			told = true;
			if (until > now + s->grace_ms + MARGIN_MS)
				until = now + s->grace_ms + MARGIN_MS;
		}
		if (now >= until)
			(void)kill(s->pid, SIGKILL);
	}
}

/* What a shim that was killed left comes to us, the next reaper above. */
static void end_leftovers(struct shim *s)
{
	siginfo_t info = {0};

	if (waitid(P_PIDFD, (id_t)s->pidfd, &info, WEXITED | WNOWAIT) == 0 &&
	    info.si_code != CLD_EXITED)
		(void)tree_sweep(s->pid, &s->spared, tree_ticks_ms() + SWEEP_MS);
}

/* same_boot: what was written, synced or not, is what stands there. */
static void read_outcome(const char *path, const char *label, bool same_boot,
			 struct shim_outcome *out)
{
	struct err e = ERR_INIT;
	enum outcome_kind kind;

	*out = (struct shim_outcome){.end = SHIM_LOST};
	if (outcome_read(path, label, &kind, &out->result, &out->why, &e) != 0)
		return;
	switch (kind) {
	case OUTCOME_FILE_EMPTY:
		out->end = same_boot ? SHIM_NOT_STARTED : SHIM_LOST;
		break;
	case OUTCOME_FILE_HELD:
		out->end = SHIM_NOT_STARTED;
		break;
	case OUTCOME_FILE_NOEXEC:
		out->end = SHIM_NO_EXEC;
		break;
	case OUTCOME_FILE_ENDED:
		out->end = SHIM_ENDED;
		break;
	case OUTCOME_FILE_BEGUN:
		break;
	}
}

void shim_release(struct shim *s, const volatile bool *stop, struct shim_outcome *out)
{
	proc_write_gate(&s->gate);
	wait_for_end(s, stop);
	end_leftovers(s);
	reap(s->pid);
	read_outcome(s->path, s->label, true, out);
	free_shim(s);
}

void shim_abandon(struct shim *s)
{
	if (!s)
		return;
	proc_close_fd(&s->gate);
	(void)kill(s->pid, SIGKILL); /* it has executed nothing; end of file would do, but not
					while it is stopped */
	reap(s->pid);
	free_shim(s);
}

/* ---- a shim of a dead caller ---- */

/* To exactly that process: the descriptor is opened first, then its identity is looked at. */
static void tell(const struct proc_identity *who, int sig)
{
	int fd = who->pid > 0 ? (int)syscall(SYS_pidfd_open, (pid_t)who->pid, 0) : -1;

	if (fd < 0)
		return;
	if (proc_is_alive(who))
		(void)syscall(SYS_pidfd_send_signal, fd, sig, NULL, 0); /* gone already: as well */
	(void)close(fd);
}

/* Until the shim that holds the lock of fd has ended, or was ended. */
static int wait_for_lock(int fd, const char *path, const struct proc_identity *who, int64_t wait_ms,
			 const volatile bool *stop, struct err *e)
{
	int64_t until = tree_ticks_ms() + wait_ms + MARGIN_MS;
	bool told = false, killed = false;
	int held;

	while ((held = try_lock(fd, path, e)) == 1) {
		if (stop && *stop && !told) {
			tell(who, SIGTERM);
			told = true;
		}
		if (tree_ticks_ms() >= until && killed)
			return err_set(
				e, EX_TRYLATER,
				"'%s' is held by a process that cannot be ended: try again later",
				path);
		if (tree_ticks_ms() >= until) {
			tell(who, SIGKILL);
			killed = true;
			until = tree_ticks_ms() + AFTER_KILL_MS;
		}
		pause_ms(LOCK_PAUSE_MS);
	}
	return held;
}

int shim_adopt(const char *path, const char *label, const struct proc_identity *who,
	       int64_t wait_ms, const volatile bool *stop, struct shim_outcome *out, struct err *e)
{
	char boot[37];
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW), rc = 0;

	*out = (struct shim_outcome){.end = SHIM_LOST};
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return err_set_errno(e, EX_IO, errno, "cannot open '%s'", path);
	rc = wait_for_lock(fd, path, who, wait_ms, stop, e);
	if (rc == 0 && proc_boot_id(boot, e) == 0)
		read_outcome(path, label, strcmp(boot, who->boot_id) == 0, out);
	(void)close(fd); /* gives the lock back */
	return e->code ? -1 : 0;
}
