/*
 * Bringing a started child, and all that it started, to an end within its deadline.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc/output.h"
#include "proc/proc_impl.h"

enum {
	POLL_SLICE_MS = 100, /* how late *stop may be noticed */
	EOF_GRACE_MS = 100,  /* for the output of a child that has ended */
	END_BOUND_MS = 300,  /* for dying by KILL, for killing what is left, for the
				last of its output */
	READ_CHUNK = 65536,
};

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
	bool asked; /* something was to be read from stop_fd */
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
		proc_close_fd(&w->p->streams[i]);
}

/* End of file means that exec closed it. */
static void read_exec_errno(struct watch *w)
{
	int errnum;

	if (read(w->p->failed, &errnum, sizeof errnum) == (ssize_t)sizeof errnum)
		w->exec_errno = errnum;
	proc_close_fd(&w->p->failed);
}

static void ask_to_end(struct watch *w)
{
	tree_signal(w->p->pid, SIGTERM);
	w->stage = STAGE_ASKED;
	w->until_ms = tree_ticks_ms() + w->p->kill_after_ms;
}

static bool is_flood(const struct watch *w)
{
	return w->p->output_halts &&
	       (w->out[0].total > w->p->output_limit || w->out[1].total > w->p->output_limit);
}

/* What happens when until_ms is reached, or stop is set, in each stage. False:
 * stop watching. */
static bool advance(struct watch *w, int64_t now)
{
	if (w->stage == STAGE_RUNNING && (w->asked || (w->stop && *w->stop))) {
		w->r->interrupted = true;
		ask_to_end(w);
		return true;
	}
	if (w->stage == STAGE_RUNNING && is_flood(w)) {
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
			       {.fd = pidfd, .events = POLLIN},
			       {.fd = w->asked ? -1 : p->stop_fd, .events = POLLIN}};
	int64_t left = w->until_ms > now ? w->until_ms - now : 0;
	int ready = poll(fds, 5, (int)(left < POLL_SLICE_MS ? left : POLL_SLICE_MS));

	if (ready <= 0)
		return; /* time or a signal: the caller looks at both */
	for (int i = 0; i < 2; i++)
		if (fds[i].revents)
			read_stream(w, i);
	if (fds[2].revents)
		read_exec_errno(w);
	if (fds[3].revents)
		child_ended(w);
	if (fds[4].revents)
		w->asked = true;
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

void proc_write_gate(int *gate)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, old;
	ssize_t n;

	/* A child that was killed at the gate must not end us by SIGPIPE. */
	(void)sigaction(SIGPIPE, &ignore, &old);
	do
		n = write(*gate, "g", 1);
	while (n < 0 && errno == EINTR);
	(void)sigaction(SIGPIPE, &old, NULL);
	proc_close_fd(gate);
}

void proc_open_gate(struct proc *p)
{
	proc_write_gate(&p->gate);
}

int proc_not_executed(int errnum, struct err *e)
{
	switch (errnum) {
	case ENOENT:
	case EACCES:
	case ENOEXEC:
	case ENOTDIR:
	case ELOOP:
	case EISDIR:
		return err_set_errno(e, EX_UNREADABLE, errnum, "cannot execute");
	default:
		return err_set_errno(e, EX_SYSTEM, errnum, "cannot execute");
	}
}

int proc_release(struct proc *p, const volatile bool *stop, struct proc_result *result,
		 struct err *e)
{
	struct proc_result r = {0};
	struct watch w = {.p = p, .stop = stop, .r = &r, .start_ms = tree_ticks_ms()};
	int rc = 0;

	w.until_ms = w.start_ms + p->timeout_ms;
	output_init(&w.out[0], p->output_limit);
	output_init(&w.out[1], p->output_limit);
	proc_open_gate(p);
	watch_child(&w);
	end_tree(&w);
	drain(&w);
	r.flooded = is_flood(&w);
	r.elapsed_ms = tree_ticks_ms() - w.start_ms;
	if (w.exec_errno) {
		rc = proc_not_executed(w.exec_errno, e);
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
