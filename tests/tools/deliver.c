/*
 * Senders of alerts for tests and benchmarks: each on a connection of its own posts
 * batches and goes on to the next only when one is acknowledged (2xx); whatever else
 * happens, a dead server included, it sends the same batch again.
 *
 * usage: deliver PORT PATH SENDERS BATCHES ALERTS [ACKNOWLEDGED [WAIT_MS]]
 *
 *   BATCHES        of each sender; 0: until standard input ends
 *   ACKNOWLEDGED   file to which SENDER-BATCH is appended behind each acknowledgement
 *   WAIT_MS        between two attempts (default 5)
 *
 * Prints acknowledged batches, seconds and attempts that failed. Exit 1: a batch was refused (4xx).
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"

enum { ANSWER_MAX = 64 << 10, LONGEST_ANSWER_S = 10 };

static struct settings {
	int port;
	const char *path;
	int64_t senders, batches, alerts, wait_ms;
	int acknowledged; /* descriptor, -1: none */
} set;
static atomic_bool over, refused;
static atomic_long n_acknowledged, n_failed;

static double seconds_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t); /* cannot fail for this clock */
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void pause_ms(int64_t ms)
{
	struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	(void)nanosleep(&t, NULL); /* shorter is no harm */
}

/* What both Alertmanager's API and our listener take. */
static void make_body(struct buf *b, int64_t sender, int64_t batch)
{
	buf_clear(b);
	for (int64_t i = 0; i < set.alerts; i++)
		buf_addf(
			b,
			"%s{\"status\":\"firing\",\"labels\":{\"alertname\":\"HighLatency\","
			"\"severity\":\"critical\",\"service\":\"cart\",\"cluster\":\"eu-1\","
			"\"instance\":\"10.0.%lld.%lld:9100\",\"batch\":\"%lld-%lld\",\"n\":\"%lld\"},"
			"\"annotations\":{\"summary\":\"p99 latency of cart is above 2 s\","
			"\"description\":\"It has been for 10 minutes; look at the database first.\"},"
			"\"startsAt\":\"2026-11-21T09:09:19.095Z\",\"endsAt\":\"0001-01-01T00:00:00Z\","
			"\"generatorURL\":\"http://prometheus.example:9090/graph?g0.expr=x\"}",
			i ? "," : "[", (long long)sender, (long long)i, (long long)sender,
			(long long)batch, (long long)i);
	buf_add_char(b, ']');
}

static void make_request(struct buf *out, struct span body)
{
	buf_clear(out);
	buf_addf(out,
		 "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\n"
		 "Content-Length: %zu\r\n\r\n",
		 set.path, set.port, body.len);
	buf_add_span(out, body);
}

static int open_connection(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((in_port_t)set.port)};
	struct timeval patience = {LONGEST_ANSWER_S, 0};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd >= 0 && (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0 ||
			connect(fd, (struct sockaddr *)&a, sizeof a) != 0)) {
		(void)close(fd); /* nothing was written to it */
		fd = -1;
	}
	return fd;
}

static bool send_all(int fd, struct span s)
{
	while (s.len > 0) {
		ssize_t n = send(fd, s.data, s.len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		s = span_of(s.data + n, s.len - (size_t)n);
	}
	return true;
}

/* The length of a whole answer at the front of s, 0 if more must come. */
static size_t whole_answer(struct span s)
{
	const char *end = span_find(s, SPAN("\r\n\r\n"));
	const char *length;
	size_t n = 0;

	if (!end)
		return 0;
	length = span_find(s, SPAN("Content-Length: "));
	for (length = length ? length + 16 : ""; *length >= '0' && *length <= '9'; length++)
		n = n * 10 + (size_t)(*length - '0');
	n += (size_t)(end - s.data) + 4;
	return n <= s.len ? n : 0;
}

/* The status of the answer; 0 if none came. */
static int read_answer(int fd)
{
	char text[ANSWER_MAX];
	size_t len = 0;

	while (len < sizeof text) {
		ssize_t n = recv(fd, text + len, sizeof text - len, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return 0;
		len += (size_t)n;
		if (whole_answer(span_of(text, len)))
			return (text[9] - '0') * 100 + (text[10] - '0') * 10 + (text[11] - '0');
	}
	return 0;
}

static void note(int64_t sender, int64_t batch)
{
	struct buf line = BUF_INIT(100);

	atomic_fetch_add(&n_acknowledged, 1);
	buf_addf(&line, "%lld-%lld\n", (long long)sender, (long long)batch);
	if (set.acknowledged >= 0 &&
	    write(set.acknowledged, line.data, line.len) != (ssize_t)line.len)
		abort(); /* the test could not tell what was lost */
	buf_release(&line);
}

/* One attempt. *fd is closed when it is of no use any more. */
static int attempt(int *fd, struct span request)
{
	int status = 0;

	if (*fd < 0)
		*fd = open_connection();
	if (*fd >= 0 && send_all(*fd, request))
		status = read_answer(*fd);
	if (status == 0 && *fd >= 0) {
		(void)close(*fd); /* its end is known */
		*fd = -1;
	}
	return status;
}

/* True once the batch is acknowledged. */
static bool deliver(int *fd, struct span request)
{
	while (!atomic_load(&over)) {
		int status = attempt(fd, request);

		if (status / 100 == 2)
			return true;
		if (status / 100 == 4) {
			fprintf(stderr, "deliver: refused: %d\n", status);
			atomic_store(&refused, true);
			atomic_store(&over, true);
		}
		atomic_fetch_add(&n_failed, 1);
		pause_ms(set.wait_ms);
	}
	return false;
}

static void *run_sender(void *arg)
{
	int64_t sender = (int64_t)(intptr_t)arg;
	struct buf body = BUF_INIT((size_t)1 << 30), request = BUF_INIT((size_t)1 << 30);
	int fd = -1;

	for (int64_t i = 0; (set.batches == 0 || i < set.batches) && !atomic_load(&over); i++) {
		make_body(&body, sender, i);
		make_request(&request, buf_span(&body));
		if (deliver(&fd, buf_span(&request)))
			note(sender, i);
	}
	if (fd >= 0)
		(void)close(fd); /* all was answered */
	buf_release(&body);
	buf_release(&request);
	return NULL;
}

static void *wait_for_end(void *arg)
{
	char c;

	(void)arg;
	while (read(STDIN_FILENO, &c, 1) > 0)
		continue;
	atomic_store(&over, true);
	return NULL;
}

static int64_t number(const char *text)
{
	struct err e = ERR_INIT;
	int64_t n;

	if (num_parse_i64(span_cstr(text), 0, INT32_MAX, &n, &e) != 0) {
		fprintf(stderr, "deliver: '%s': %s\n", text, e.text);
		exit(EX_BADUSAGE);
	}
	return n;
}

static void start(pthread_t *t, void *(*run)(void *), int64_t arg)
{
	if (pthread_create(t, NULL, run, (void *)(intptr_t)arg) != 0) {
		fprintf(stderr, "deliver: cannot start a thread\n");
		exit(EX_SYSTEM);
	}
}

int main(int argc, char **argv)
{
	pthread_t *threads, waiter;
	double begun = seconds_now();

	if (argc < 6) {
		fprintf(stderr,
			"usage: deliver PORT PATH SENDERS BATCHES ALERTS [ACKNOWLEDGED [WAIT_MS]]\n");
		return EX_BADUSAGE;
	}
	set = (struct settings){(int)number(argv[1]),
				argv[2],
				number(argv[3]),
				number(argv[4]),
				number(argv[5]),
				argc > 7 ? number(argv[7]) : 5,
				-1};
	if (argc > 6)
		set.acknowledged = open(argv[6], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	threads = mem_zalloc((size_t)set.senders * sizeof *threads);
	if (set.batches == 0)
		start(&waiter, wait_for_end, 0);
	for (int64_t i = 0; i < set.senders; i++)
		start(&threads[i], run_sender, i);
	for (int64_t i = 0; i < set.senders; i++)
		(void)pthread_join(threads[i], NULL); /* they are ours and end */
	printf("%ld %.3f %ld\n", atomic_load(&n_acknowledged), seconds_now() - begun,
	       atomic_load(&n_failed));
	free(threads);
	return atomic_load(&refused) ? 1 : 0;
}
