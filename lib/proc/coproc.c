#include "proc/coproc.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "proc/proc_impl.h"

enum {
	READ_CHUNK = 65536,
	EXEC_BOUND_MS = 10000, /* for an exec that a slow disk holds up */
	END_BOUND_MS = 500,    /* for dying by KILL */
	NO_TIMEOUT_MS = 1,     /* proc_prepare wants one; here each question has its own */
};

struct coproc {
	struct proc *p;
	struct buf words;
};

/* What is being asked. */
struct question {
	struct span left; /* of the request */
	struct span last;
	struct buf *answer;
};

/* Set from outside, while the child waits at its gate. That of processes does not bind root. */
static int restrict_child(pid_t pid, size_t memory_bytes, struct err *e)
{
	const struct rlimit none = {0, 0}, memory = {memory_bytes, memory_bytes};

	if (prlimit(pid, RLIMIT_AS, &memory, NULL) != 0 ||
	    prlimit(pid, RLIMIT_FSIZE, &none, NULL) != 0 ||
	    prlimit(pid, RLIMIT_NPROC, &none, NULL) != 0)
		return err_set_errno(e, EX_SYSTEM, errno, "cannot limit the process");
	return 0;
}

/* Waits until exec was reached, or says why not. */
static int wait_for_exec(struct proc *p, struct err *e)
{
	struct pollfd fd = {.fd = p->failed, .events = POLLIN};
	int64_t until = tree_ticks_ms() + EXEC_BOUND_MS;
	int errnum = 0;

	while (poll(&fd, 1, (int)EXEC_BOUND_MS) < 0 && errno == EINTR && tree_ticks_ms() < until)
		;
	if (!fd.revents)
		return err_set(e, EX_SYSTEM, "cannot execute: it takes too long");
	if (read(p->failed, &errnum, sizeof errnum) == (ssize_t)sizeof errnum)
		return proc_not_executed(errnum, e);
	proc_close_fd(&p->failed);
	return 0;
}

int coproc_start(const struct proc_spec *spec, size_t memory_bytes, struct coproc **out,
		 struct err *e)
{
	struct proc_spec asked = *spec;
	struct coproc *c;

	asked.converse = true;
	asked.timeout_ms = NO_TIMEOUT_MS;
	c = mem_zalloc(sizeof *c);
	buf_init(&c->words, sizeof((struct coproc_end *)0)->words - 1);
	if (proc_prepare(&asked, &c->p, e) != 0) {
		free(c);
		return -1;
	}
	if (restrict_child(c->p->pid, memory_bytes, e) != 0) {
		proc_abandon(c->p);
		free(c);
		return -1;
	}
	proc_open_gate(c->p);
	if (wait_for_exec(c->p, e) != 0) {
		coproc_end(c, 0, NULL);
		return -1;
	}
	*out = c;
	return 0;
}

/* True when the answer is complete; its last line is then taken off. */
static bool is_complete(const struct question *q)
{
	struct buf *a = q->answer;
	size_t n = q->last.len + 1;

	if (a->len < n || a->data[a->len - 1] != '\n' ||
	    memcmp(a->data + a->len - n, q->last.data, q->last.len) != 0 ||
	    (a->len > n && a->data[a->len - n - 1] != '\n'))
		return false;
	a->len -= n;
	return true;
}

/* A child that no longer reads may still have answered: its output decides. */
static void send_some(struct coproc *c, struct question *q)
{
	ssize_t n = send(c->p->input, q->left.data, q->left.len, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n >= 0) {
		q->left.data += n;
		q->left.len -= (size_t)n;
	} else if (errno != EAGAIN && errno != EINTR) {
		q->left.len = 0;
	}
}

static void read_words(struct coproc *c)
{
	char chunk[READ_CHUNK];
	ssize_t n = read(c->p->streams[1], chunk, sizeof chunk);
	size_t room = c->words.max - c->words.len;

	if (n > 0)
		buf_add(&c->words, chunk, (size_t)n < room ? (size_t)n : room);
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		proc_close_fd(&c->p->streams[1]);
}

/* True when the question is decided. */
static bool read_answer(struct coproc *c, struct question *q, enum coproc_result *result)
{
	char chunk[READ_CHUNK];
	ssize_t n = read(c->p->streams[0], chunk, sizeof chunk);

	if (n > 0) {
		buf_add(q->answer, chunk, (size_t)n);
		*result = buf_overflowed(q->answer) ? COPROC_FLOODED : COPROC_ANSWERED;
		return buf_overflowed(q->answer) || is_complete(q);
	}
	*result = COPROC_GONE;
	return n == 0 || (errno != EAGAIN && errno != EINTR);
}

enum coproc_result coproc_ask(struct coproc *c, struct span request, struct span last,
			      int64_t timeout_ms, struct buf *answer)
{
	struct question q = {request, last, answer};
	int64_t until = tree_ticks_ms() + timeout_ms, now;
	enum coproc_result result = COPROC_LATE;

	buf_clear(answer);
	while ((now = tree_ticks_ms()) < until) {
		struct pollfd fds[] = {
			{.fd = c->p->streams[0], .events = POLLIN},
			{.fd = c->p->streams[1], .events = POLLIN},
			{.fd = q.left.len > 0 ? c->p->input : -1, .events = POLLOUT}};
		int64_t left = until - now < INT32_MAX ? until - now : INT32_MAX;

		if (poll(fds, 3, (int)left) <= 0)
			continue; /* time or a signal: the loop looks */
		if (fds[1].revents)
			read_words(c);
		if (fds[0].revents && read_answer(c, &q, &result))
			return result;
		if (fds[2].revents)
			send_some(c, &q);
	}
	return COPROC_LATE;
}

/* The last of standard error, and the child's end within the bound. */
static void await_end(struct coproc *c, int64_t until)
{
	int64_t now;

	while ((now = tree_ticks_ms()) < until) {
		struct pollfd fds[] = {{.fd = c->p->pidfd, .events = POLLIN},
				       {.fd = c->p->streams[1], .events = POLLIN}};

		if (poll(fds, 2, (int)(until - now)) <= 0)
			continue;
		if (fds[1].revents)
			read_words(c);
		if (fds[0].revents)
			return;
	}
}

static void reap(struct coproc *c, struct coproc_end *how)
{
	siginfo_t info = {0};

	if (waitid(P_PID, (id_t)c->p->pid, &info, WEXITED | WNOHANG) != 0 || info.si_pid == 0)
		how->signal = SIGKILL; /* sent; it could not be delivered yet */
	else if (info.si_code == CLD_EXITED)
		how->exit_status = info.si_status;
	else
		how->signal = info.si_status;
}

void coproc_end(struct coproc *c, int64_t grace_ms, struct coproc_end *how)
{
	struct coproc_end ended = {0};

	if (!c)
		return;
	proc_close_fd(&c->p->input);
	proc_close_fd(&c->p->streams[0]);
	await_end(c, tree_ticks_ms() + grace_ms);
	tree_signal(c->p->pid, SIGKILL);
	await_end(c, tree_ticks_ms() + END_BOUND_MS);
	reap(c, &ended);
	if (c->words.len > 0)
		memcpy(ended.words, c->words.data, c->words.len);
	if (how)
		*how = ended;
	proc_free(c->p);
	buf_release(&c->words);
	free(c);
}
