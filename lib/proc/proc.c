/*
 * Starting one child behind a gate.
 */
#include "proc/proc.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "proc/child.h"
#include "proc/proc_impl.h"
#include "proc/sandbox.h"

void proc_close_fd(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd); /* pipes and pidfds: nothing to lose */
	*fd = -1;
}

/* ---- prepare ---- */

/* The child's ends of the pipes; -1 where not open. */
struct ends {
	struct child_fds child;
	int gate_write, failed_read, out_read, err_read, in_write;
};

static void ends_close_child(struct ends *n)
{
	proc_close_fd(&n->child.in);
	proc_close_fd(&n->child.out);
	proc_close_fd(&n->child.err);
	proc_close_fd(&n->child.gate);
	proc_close_fd(&n->child.failed);
	proc_close_fd(&n->child.rules);
}

static void ends_close(struct ends *n)
{
	ends_close_child(n);
	proc_close_fd(&n->gate_write);
	proc_close_fd(&n->failed_read);
	proc_close_fd(&n->out_read);
	proc_close_fd(&n->err_read);
	proc_close_fd(&n->in_write);
}

static int make_pipe(int *read_end, int *write_end, struct err *e)
{
	int fd[2];

	if (pipe2(fd, O_CLOEXEC) != 0)
		return err_set_errno(e, EX_SYSTEM, errno, "cannot make a pipe");
	*read_end = fd[0];
	*write_end = fd[1];
	return 0;
}

/* Standard input from memory: no writer is needed, so neither deadlock nor
 * SIGPIPE. */
static int open_input(struct span input, struct err *e)
{
	int fd;

	if (!input.data) {
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
		return fd >= 0 ? fd : err_set_errno(e, EX_SYSTEM, errno, "cannot open /dev/null");
	}
	fd = memfd_create("input", MFD_CLOEXEC);
	if (fd < 0)
		return err_set_errno(e, EX_SYSTEM, errno, "cannot hold standard input in memory");
	if (file_write_all(fd, input, e) != 0 || lseek(fd, 0, SEEK_SET) != 0) {
		e->code = EX_SYSTEM;
		proc_close_fd(&fd);
	}
	return fd;
}

/* A socket and not a pipe: what is sent to a child that has ended is an error, not SIGPIPE. */
static int open_conversation(struct ends *n, struct err *e)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return err_set_errno(e, EX_SYSTEM, errno, "cannot make a socket");
	n->in_write = pair[0];
	n->child.in = pair[1];
	return 0;
}

static int open_ends(const struct proc_spec *spec, struct ends *n, struct err *e)
{
	*n = (struct ends){{-1, -1, -1, -1, -1, spec->exec_fd, -1}, -1, -1, -1, -1, -1};
	if (spec->converse && open_conversation(n, e) != 0)
		return -1;
	if (!spec->converse)
		n->child.in = open_input(spec->input, e);
	if (n->child.in >= 0 && spec->sandbox)
		n->child.rules = sandbox_open(spec->sandbox, e);
	if (n->child.in < 0 || (spec->sandbox && n->child.rules < 0) ||
	    make_pipe(&n->out_read, &n->child.out, e) != 0 ||
	    make_pipe(&n->err_read, &n->child.err, e) != 0 ||
	    make_pipe(&n->child.gate, &n->gate_write, e) != 0 ||
	    make_pipe(&n->failed_read, &n->child.failed, e) != 0) {
		ends_close(n);
		return -1;
	}
	(void)fcntl(n->out_read, F_SETFL, O_NONBLOCK); /* a pipe of ours */
	(void)fcntl(n->err_read, F_SETFL, O_NONBLOCK);
	return 0;
}

/* Orphans come to us, and no exit status is thrown away: a SIGCHLD that was
 * ignored when we were started would do that. */
int proc_prepare_caller(struct err *e)
{
	struct sigaction now, standard = {.sa_handler = SIG_DFL};

	if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
		return err_set_errno(e, EX_SYSTEM, errno, "cannot become a subreaper");
	if (sigaction(SIGCHLD, NULL, &now) == 0 && now.sa_handler == SIG_IGN)
		(void)sigaction(SIGCHLD, &standard, NULL); /* cannot fail for SIGCHLD */
	return 0;
}

/* Signals wait until the child has put their actions back. */
static pid_t fork_child(const struct proc_spec *spec, const struct child_fds *fds)
{
	pid_t parent = getpid(), pid;
	sigset_t all, old;

	(void)sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, &old);
	pid = fork();
	if (pid == 0)
		child_main(spec, fds, parent);
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	return pid;
}

static void check_spec(const struct proc_spec *spec)
{
	assert(spec->path && spec->path[0] == '/');
	assert(spec->argv && spec->argv[0] && spec->envp);
	assert(spec->timeout_ms > 0 && spec->kill_after_ms >= 0);
}

int proc_prepare(const struct proc_spec *spec, struct proc **out, struct err *e)
{
	struct proc *p;
	struct ends ends;

	check_spec(spec);
	if (proc_prepare_caller(e) != 0 || open_ends(spec, &ends, e) != 0)
		return -1;
	p = mem_zalloc(sizeof *p);
	*p = (struct proc){.pidfd = -1,
			   .input = -1,
			   .stop_fd = spec->stop_fd > 0 ? spec->stop_fd : -1,
			   .timeout_ms = spec->timeout_ms,
			   .kill_after_ms = spec->kill_after_ms,
			   .output_limit = spec->output_limit,
			   .output_halts = spec->output_halts};
	if (tree_children(&p->spared, e) != 0)
		goto fail;
	p->pid = fork_child(spec, &ends.child);
	if (p->pid < 0) {
		err_set_errno(e, EX_SYSTEM, errno, "cannot start a process");
		goto fail;
	}
	ends_close_child(&ends);
	p->gate = ends.gate_write;
	p->failed = ends.failed_read;
	p->input = ends.in_write;
	p->streams[0] = ends.out_read;
	p->streams[1] = ends.err_read;
	p->pidfd = (int)syscall(SYS_pidfd_open, p->pid, 0);
	if (p->pidfd < 0) {
		err_set_errno(e, EX_SYSTEM, errno, "cannot watch the process");
		proc_abandon(p);
		return -1;
	}
	*out = p;
	return 0;
fail:
	ends_close(&ends);
	pid_list_release(&p->spared);
	free(p);
	return -1;
}

int64_t proc_pid(const struct proc *p)
{
	return p->pid;
}

void proc_free(struct proc *p)
{
	proc_close_fd(&p->gate);
	proc_close_fd(&p->failed);
	proc_close_fd(&p->pidfd);
	proc_close_fd(&p->streams[0]);
	proc_close_fd(&p->streams[1]);
	proc_close_fd(&p->input);
	pid_list_release(&p->spared);
	free(p);
}

static void reap(struct proc *p)
{
	while (waitpid(p->pid, NULL, 0) < 0 && errno == EINTR)
		;
}

void proc_abandon(struct proc *p)
{
	if (!p)
		return;
	proc_close_fd(&p->gate);
	(void)kill(p->pid, SIGKILL); /* it has executed nothing; end of file would do,
					but not while it is stopped */
	reap(p);
	proc_free(p);
}

int proc_run(const struct proc_spec *spec, const volatile bool *stop, struct proc_result *result,
	     struct err *e)
{
	struct proc *p;

	if (proc_prepare(spec, &p, e) != 0)
		return -1;
	return proc_release(p, stop, result, e);
}

void proc_result_release(struct proc_result *r)
{
	if (!r)
		return;
	buf_release(&r->out.kept);
	buf_release(&r->err.kept);
}
