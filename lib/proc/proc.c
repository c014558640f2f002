/*
 * Starting one child behind a gate and bringing it, and all that it started,
 * to an end within its deadline.
 */
#include "proc/proc.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "proc/child.h"
#include "proc/output.h"
#include "proc/tree.h"

enum {
	POLL_SLICE_MS = 100, /* how late *stop may be noticed */
	EOF_GRACE_MS = 100,  /* for the output of a child that has ended */
	END_BOUND_MS = 300,  /* for dying by KILL, for killing what is left, for the
				last of its output */
	READ_CHUNK = 65536,
};

struct proc {
	pid_t pid;
	int pidfd;
	int gate;       /* write end */
	int failed;     /* read end: errno of a failed exec, or end of file */
	int streams[2]; /* read ends of standard output and error; -1 at their end */
	int64_t timeout_ms, kill_after_ms;
	size_t output_limit;
	struct pid_list spared; /* children that the caller had before */
};

static void close_fd(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd); /* pipes and pidfds: nothing to lose */
	*fd = -1;
}

/* ---- prepare ---- */

/* The child's ends of the pipes; -1 where not open. */
struct ends {
	struct child_fds child;
	int gate_write, failed_read, out_read, err_read;
};

static void ends_close_child(struct ends *n)
{
	close_fd(&n->child.in);
	close_fd(&n->child.out);
	close_fd(&n->child.err);
	close_fd(&n->child.gate);
	close_fd(&n->child.failed);
}

static void ends_close(struct ends *n)
{
	ends_close_child(n);
	close_fd(&n->gate_write);
	close_fd(&n->failed_read);
	close_fd(&n->out_read);
	close_fd(&n->err_read);
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
		close_fd(&fd);
	}
	return fd;
}

static int open_ends(const struct proc_spec *spec, struct ends *n, struct err *e)
{
	*n = (struct ends){{-1, -1, -1, -1, -1}, -1, -1, -1, -1};
	n->child.in = open_input(spec->input, e);
	if (n->child.in < 0 || make_pipe(&n->out_read, &n->child.out, e) != 0 ||
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
static int prepare_caller(struct err *e)
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
	if (prepare_caller(e) != 0 || open_ends(spec, &ends, e) != 0)
		return -1;
	p = mem_zalloc(sizeof *p);
	*p = (struct proc){.pidfd = -1,
			   .timeout_ms = spec->timeout_ms,
			   .kill_after_ms = spec->kill_after_ms,
			   .output_limit = spec->output_limit};
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

static void proc_free(struct proc *p)
{
	close_fd(&p->gate);
	close_fd(&p->failed);
	close_fd(&p->pidfd);
	close_fd(&p->streams[0]);
	close_fd(&p->streams[1]);
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
	close_fd(&p->gate);
	(void)kill(p->pid, SIGKILL); /* it has executed nothing; end of file would do,
					but not while it is stopped */
	reap(p);
	proc_free(p);
}

/* ---- release ---- */

enum stage {
	STAGE_RUNNING, /* until the deadline */
	STAGE_ASKED,   /* TERM was sent; until kill_after */
	STAGE_KILLED,  /* KILL was sent; until the bound */
	STAGE_ENDED,   /* the child has ended; its output may still come */
};

struct watch {
	struct proc *p;
	const volatile bool *stop;
	struct proc_result *r;
	struct output out[2];
	enum stage stage;
	int64_t start_ms, until_ms;
	int exec_errno;
};

/* Reads what is there now; closes the stream at its end. */
static void read_stream(struct watch *w, int i)
{
	char chunk[READ_CHUNK];
	ssize_t n = read(w->p->streams[i], chunk, sizeof chunk);

	if (n > 0)
		output_add(&w->out[i], span_of(chunk, (size_t)n));
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		close_fd(&w->p->streams[i]);
}

/* End of file means that exec closed it. */
static void read_exec_errno(struct watch *w)
{
	int errnum;

	if (read(w->p->failed, &errnum, sizeof errnum) == (ssize_t)sizeof errnum)
		w->exec_errno = errnum;
	close_fd(&w->p->failed);
}

static void ask_to_end(struct watch *w)
{
	tree_signal(w->p->pid, SIGTERM);
	w->stage = STAGE_ASKED;
	w->until_ms = tree_ticks_ms() + w->p->kill_after_ms;
}

/* What happens when until_ms is reached, or stop is set, in each stage. False:
 * stop watching. */
static bool advance(struct watch *w, int64_t now)
{
	if (w->stage == STAGE_RUNNING && w->stop && *w->stop) {
		w->r->interrupted = true;
		ask_to_end(w);
		return true;
	}
	if (now < w->until_ms)
		return true;
	switch (w->stage) {
	case STAGE_RUNNING:
		w->r->timed_out = true;
		ask_to_end(w);
		return true;
	case STAGE_ASKED:
		tree_signal(w->p->pid, SIGKILL);
		w->stage = STAGE_KILLED;
		w->until_ms = now + END_BOUND_MS;
		return true;
	default:
		return false;
	}
}

static void child_ended(struct watch *w)
{
	w->stage = STAGE_ENDED;
	w->until_ms = tree_ticks_ms() + EOF_GRACE_MS;
}

/* One wait for anything to happen, and what follows from it. */
static void poll_once(struct watch *w, int64_t now)
{
	struct proc *p = w->p;
	int pidfd = w->stage == STAGE_ENDED ? -1 : p->pidfd;
	struct pollfd fds[] = {{.fd = p->streams[0], .events = POLLIN},
			       {.fd = p->streams[1], .events = POLLIN},
			       {.fd = p->failed, .events = POLLIN},
			       {.fd = pidfd, .events = POLLIN}};
	int64_t left = w->until_ms > now ? w->until_ms - now : 0;
	int ready = poll(fds, 4, (int)(left < POLL_SLICE_MS ? left : POLL_SLICE_MS));

	if (ready <= 0)
		return; /* time or a signal: the caller looks at both */
	for (int i = 0; i < 2; i++)
		if (fds[i].revents)
			read_stream(w, i);
	if (fds[2].revents)
		read_exec_errno(w);
	if (fds[3].revents)
		child_ended(w);
}

static void watch_child(struct watch *w)
{
	for (;;) {
		int64_t now = tree_ticks_ms();

		if (w->stage == STAGE_ENDED && w->p->streams[0] < 0 && w->p->streams[1] < 0)
			return;
		if (!advance(w, now))
			return;
		poll_once(w, tree_ticks_ms());
	}
}

/* Takes what the dead left in the pipes; whoever still holds one is not waited
 * for. */
static void drain(struct watch *w)
{
	int64_t until = tree_ticks_ms() + END_BOUND_MS;

	for (int i = 0; i < 2; i++) {
		while (w->p->streams[i] >= 0 && tree_ticks_ms() < until) {
			uint64_t before = w->out[i].total;

			read_stream(w, i);
			if (w->out[i].total == before)
				break; /* at its end, or empty */
		}
	}
	if (w->p->failed >= 0 && w->stage == STAGE_ENDED)
		read_exec_errno(w);
}

/* The leader is reaped last: until then its pid and its group cannot mean
 * others. */
static void end_tree(struct watch *w)
{
	struct proc *p = w->p;
	siginfo_t info = {0};

	tree_signal(p->pid, SIGKILL);
	w->r->survivors = tree_sweep(p->pid, &p->spared, tree_ticks_ms() + END_BOUND_MS);
	if (waitid(P_PID, (id_t)p->pid, &info, WEXITED | WNOHANG) != 0 || info.si_pid == 0) {
		w->r->survivors++;
		w->r->signal = SIGKILL; /* sent; it could not be delivered yet */
	} else if (info.si_code == CLD_EXITED) {
		w->r->exit_status = info.si_status;
	} else {
		w->r->signal = info.si_status;
	}
}

static void open_gate(struct proc *p)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, old;
	ssize_t n;

	/* A child that was killed at the gate must not end us by SIGPIPE. */
	(void)sigaction(SIGPIPE, &ignore, &old);
	do
		n = write(p->gate, "g", 1);
	while (n < 0 && errno == EINTR);
	(void)sigaction(SIGPIPE, &old, NULL);
	close_fd(&p->gate);
}

static int not_executed(const struct watch *w, struct err *e)
{
	switch (w->exec_errno) {
	case ENOENT:
	case EACCES:
	case ENOEXEC:
	case ENOTDIR:
	case ELOOP:
	case EISDIR:
		return err_set_errno(e, EX_UNREADABLE, w->exec_errno, "cannot execute");
	default:
		return err_set_errno(e, EX_SYSTEM, w->exec_errno, "cannot execute");
	}
}

int proc_release(struct proc *p, const volatile bool *stop, struct proc_result *result, struct err *e)
{
	struct proc_result r = {0};
	struct watch w = {.p = p, .stop = stop, .r = &r, .start_ms = tree_ticks_ms()};
	int rc = 0;

	w.until_ms = w.start_ms + p->timeout_ms;
	output_init(&w.out[0], p->output_limit);
	output_init(&w.out[1], p->output_limit);
	open_gate(p);
	watch_child(&w);
	end_tree(&w);
	drain(&w);
	r.elapsed_ms = tree_ticks_ms() - w.start_ms;
	if (w.exec_errno) {
		rc = not_executed(&w, e);
		output_release(&w.out[0]);
		output_release(&w.out[1]);
	} else {
		output_finish(&w.out[0], &r.out);
		output_finish(&w.out[1], &r.err);
		*result = r;
	}
	proc_free(p);
	return rc;
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
