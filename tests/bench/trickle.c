/*
 * How long one record takes through a pipe of filters that are waiting: it is
 * written alone, and the time until it comes out is taken; then the next one.
 * Prints "median_ms max_ms rounds". A record is known again by its id.
 *
 * usage: trickle ROUNDS FILE COMMAND [ARGUMENT...] [, COMMAND [ARGUMENT...]]...
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/num.h"

enum { MAX_STAGES = 8, PAUSE_MS = 4, TIMEOUT_MS = 10000 };

struct chain {
	int in, out; /* ends of the pipe, ours */
	pid_t pids[MAX_STAGES];
	size_t n;
};

static double now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static _Noreturn void fail(const char *text)
{
	fprintf(stderr, "trickle: error: %s\n", text);
	exit(EX_SYSTEM);
}

/* Starts one stage that reads from `in`; the result is the end that its output comes from. */
static int start_stage(struct chain *c, char **argv, int in, int other)
{
	int out[2];

	if (c->n == MAX_STAGES || pipe(out) != 0)
		fail("cannot make a pipe");
	c->pids[c->n] = fork();
	if (c->pids[c->n] < 0)
		fail("cannot fork");
	if (c->pids[c->n] == 0) {
		(void)close(other); /* or the first stage would never see its end */
		if (dup2(in, STDIN_FILENO) < 0 || dup2(out[1], STDOUT_FILENO) < 0)
			_exit(126);
		(void)close(in);
		(void)close(out[0]);
		(void)close(out[1]);
		(void)execvp(argv[0], argv);
		_exit(127);
	}
	c->n++;
	(void)close(in);
	(void)close(out[1]);
	return out[0];
}

/* A stage that ended shows as an error of write, not as a signal; the stages keep their default. */
static void ignore_pipe_signal(void)
{
	const struct sigaction ignore = {.sa_handler = SIG_IGN};

	(void)sigaction(SIGPIPE, &ignore, NULL);
}

/* argv holds the stages' commands with "," between them. */
static void start(struct chain *c, char **argv)
{
	int ends[2], from;

	if (pipe(ends) != 0)
		fail("cannot make a pipe");
	c->in = ends[1];
	from = ends[0];
	while (*argv) {
		char **end = argv;

		while (*end && strcmp(*end, ",") != 0)
			end++;
		if (*end)
			*end++ = NULL;
		from = start_stage(c, argv, from, c->in);
		argv = end;
	}
	c->out = from;
}

/* Waits until the output holds `what`; what came so far is in seen. */
static void await(const struct chain *c, struct buf *seen, struct span what)
{
	struct pollfd p = {.fd = c->out, .events = POLLIN};

	while (!span_find(buf_span(seen), what)) {
		char *to = buf_room(seen, 1 << 16);
		ssize_t n;

		if (!to || poll(&p, 1, TIMEOUT_MS) != 1)
			fail("the record did not come out");
		n = read(c->out, to, 1 << 16);
		if (n <= 0)
			fail("a stage ended");
		seen->len += (size_t)n;
	}
}

static double one_round(const struct chain *c, struct span line, struct buf *seen)
{
	const char *id = span_find(line, SPAN("\"id\":\""));
	struct err e = ERR_INIT;
	double start;

	if (!id)
		fail("a record has no id");
	buf_clear(seen);
	(void)poll(NULL, 0, PAUSE_MS); /* until every stage waits again */
	start = now_ms();
	if (file_write_all(c->in, line, &e) != 0)
		fail(e.text);
	await(c, seen, span_of(id, strlen("\"id\":\"") + 32));
	return now_ms() - start;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void finish(struct chain *c, struct buf *seen)
{
	(void)close(c->in);
	for (;;) {
		buf_clear(seen);
		if (read(c->out, buf_room(seen, 1 << 16), 1 << 16) <= 0)
			break;
	}
	for (size_t i = 0; i < c->n; i++)
		(void)waitpid(c->pids[i], NULL, 0);
}

/* The next line of *rest, with its newline. */
static struct span next_line(struct span *rest)
{
	const char *end = rest->len ? memchr(rest->data, '\n', rest->len) : NULL;
	struct span line;

	if (!end)
		fail("not as many records as rounds");
	line = span_of(rest->data, (size_t)(end + 1 - rest->data));
	*rest = span_of(end + 1, rest->len - line.len);
	return line;
}

int main(int argc, char **argv)
{
	struct buf records = BUF_INIT(64 << 20), seen = BUF_INIT(64 << 20);
	struct chain c = {.n = 0};
	struct err e = ERR_INIT;
	struct span rest;
	int64_t rounds;
	double *ms;

	if (argc < 4 || num_parse_i64(span_cstr(argv[1]), 1, 10000, &rounds, &e) != 0) {
		fprintf(stderr,
			"usage: trickle ROUNDS FILE COMMAND [ARGUMENT...] [, COMMAND [ARGUMENT...]]...\n");
		return EX_BADUSAGE;
	}
	if (file_read(argv[2], &records, &e) != 0)
		fail(e.text);
	rest = buf_span(&records);
	start(&c, argv + 3);
	ignore_pipe_signal();
	(void)one_round(&c, next_line(&rest), &seen); /* the stages start meanwhile: not counted */
	ms = mem_array(NULL, (size_t)rounds, sizeof *ms);
	for (int64_t i = 0; i < rounds; i++)
		ms[i] = one_round(&c, next_line(&rest), &seen);
	finish(&c, &seen);
	qsort(ms, (size_t)rounds, sizeof *ms, by_value);
	printf("%.3f %.3f %lld\n", ms[rounds / 2], ms[rounds - 1], (long long)rounds);
	free(ms);
	buf_release(&records);
	buf_release(&seen);
	return 0;
}
