/*
 * The server over a loopback socket in the same thread: what it hands over, refuses and
 * answers, however the bytes are cut.
 */
#include "net/server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <poll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"

struct harness {
	struct server *server;
	struct exchange *kept; /* of path /later */
	struct buf log;
	int64_t ticks_ms;
	int done, last_status;
};

static int64_t ticks(void *ctx)
{
	return ((struct harness *)ctx)->ticks_ms;
}

static void on_head(void *ctx, struct exchange *x)
{
	(void)ctx;
	if (span_is(exchange_path(x), "/no"))
		exchange_answer(x, 403, "text/plain", SPAN("no"));
}

static void on_request(void *ctx, struct exchange *x)
{
	struct harness *h = ctx;
	struct span m = exchange_method(x), p = exchange_path(x), b = exchange_body(x);
	struct span header = exchange_header(x, "x-TEST");

	buf_addf(&h->log, "%.*s %.*s [%.*s] [%.*s] %s\n", (int)m.len, m.data, (int)p.len, p.data,
		 (int)b.len, b.data, (int)header.len, header.data ? header.data : "",
		 exchange_peer(x));
	if (span_is(p, "/later")) {
		h->kept = x;
		return;
	}
	exchange_set(x, "X-Mine", "1");
	exchange_answer(x, 200, "text/plain", SPAN("yes"));
}

static void on_done(void *ctx, int status, double seconds)
{
	struct harness *h = ctx;

	assert_true(seconds >= 0);
	h->done++;
	h->last_status = status;
}

static const struct server_ops ops = {on_head, on_request, on_done};
static struct env clock_of_test = {.ticks_ms = ticks};

static void open_server(struct harness *h)
{
	struct server_options opt = {.max_body_bytes = 100,
				     .max_head_bytes = 2000,
				     .max_headers = 20,
				     .max_connections = 4,
				     .request_ms = 1000,
				     .idle_ms = 5000,
				     .env = &clock_of_test};
	struct err e = ERR_INIT;

	*h = (struct harness){.log = BUF_INIT(1 << 16), .ticks_ms = 1000};
	clock_of_test.ctx = h;
	assert_int_equal(server_open("127.0.0.1:0", &opt, &ops, h, &h->server, &e), 0);
	assert_true(server_is_loopback(h->server));
	assert_true(server_port(h->server) > 0);
}

static void close_server(struct harness *h)
{
	server_close(h->server);
	buf_release(&h->log);
}

static int connect_to(const struct harness *h)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_port = htons((in_port_t)server_port(h->server))};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
	return fd;
}

static void step(struct harness *h)
{
	struct err e = ERR_INIT;

	assert_int_equal(server_step(h->server, &e), 0);
}

/* Steps until the client has `want` in its answer or the other end closed; bounded in rounds. */
static void converse(struct harness *h, int fd, struct buf *answer, const char *want)
{
	for (int i = 0; i < 2000 && !span_find(buf_span(answer), span_cstr(want)); i++) {
		struct pollfd p[] = {{.fd = server_fd(h->server), .events = POLLIN},
				     {.fd = fd, .events = POLLIN}};
		char *to = buf_room(answer, 4096);

		step(h);
		(void)poll(p, 2, server_timeout_ms(h->server) == 0 ? 0 : 1);
		if (p[1].revents) {
			ssize_t n = recv(fd, to, 4096, MSG_DONTWAIT);

			if (n == 0)
				return;
			answer->len += n > 0 ? (size_t)n : 0;
		}
	}
}

static void say(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

/* Says the request, cut into pieces of so many bytes, and gives the answer. */
static void ask(struct harness *h, const char *request, size_t piece, struct buf *answer,
		const char *want)
{
	int fd = connect_to(h);

	buf_clear(answer);
	for (size_t at = 0, n = strlen(request); at < n; at += piece) {
		size_t len = n - at < piece ? n - at : piece;

		(void)!send(fd, request + at, len, MSG_NOSIGNAL); /* may be answered already */
		step(h);
	}
	converse(h, fd, answer, want);
	(void)close(fd);
	for (int i = 0; i < 100 && server_busy(h->server) > 0; i++)
		step(h);
}

static void server_hands_over_what_came_however_it_is_cut(void **state)
{
	static const char request[] = "POST /a?b=c HTTP/1.1\r\nHost: x\r\nX-Test: t\r\n"
				      "Content-Length: 5\r\n\r\nhello";
	static const char chunks[] =
		"POST /a HTTP/1.1\r\nHost: x\r\nX-Test: t\r\n"
		"Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n";
	struct buf answer = BUF_INIT(1 << 16);
	struct harness h;

	(void)state;
	open_server(&h);
	for (size_t piece = 1; piece < sizeof request; piece += 7) {
		buf_clear(&h.log);
		ask(&h, request, piece, &answer, "\r\n\r\nyes");
		assert_true(span_starts(buf_span(&answer), "HTTP/1.1 200 "));
		assert_non_null(span_find(buf_span(&answer), SPAN("X-Mine: 1\r\n")));
		assert_string_equal(buf_cstr(&h.log), "POST /a [hello] [t] 127.0.0.1\n");
		buf_clear(&h.log);
		ask(&h, chunks, piece, &answer, "\r\n\r\nyes");
		assert_string_equal(buf_cstr(&h.log), "POST /a [hello] [t] 127.0.0.1\n");
	}
	assert_int_equal(server_busy(h.server), 0);
	buf_release(&answer);
	close_server(&h);
}

static void server_refuses_by_status(void **state)
{
#define HOST "Host: x\r\n"
#define LONG                                                                                       \
	"0123456789012345678901234567890123456789012345678901234567890123456789"                   \
	"0123456789012345678901234567890"
	static const struct {
		const char *request, *status;
	} cases[] = {
		{"POST /no HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nab", " 403 "},
		{"POST /no HTTP/1.1\r\n" HOST "Content-Length: 99999999999\r\n\r\nab", " 413 "},
		{"POST /a HTTP/1.1\r\n" HOST "Content-Length: 101\r\n\r\n" LONG, " 413 "},
		{"POST /a HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n65\r\n" LONG
		 "\r\n0\r\n\r\n",
		 " 413 "},
		{"POST /a HTTP/1.1\r\n" HOST "\r\n", " 411 "},
		{"POST /a HTTP/1.1\r\n" HOST "Content-Length: x\r\n\r\n", " 400 "},
		{"POST /a HTTP/1.1\r\n" HOST
		 "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
		 " 400 "},
		{"POST /a HTTP/1.1\r\nContent-Length: 1\r\n\r\nx", " 400 "}, /* no Host */
		{"GET /a HTTP/1.1\r\n" HOST
		 "A:1\r\nA:1\r\nA:1\r\nA:1\r\nA:1\r\nA:1\r\nA:1\r\nA:1\r\n"
		 "A:1\r\nA:1\r\nA:1\r\nA:1\r\nA:1\r\nA:1\r\nA:1\r\nA:1\r\nA:1\r\nA:1\r\nA:1\r\nA:1\r\n\r\n",
		 " 431 "},
	};
	struct buf answer = BUF_INIT(1 << 16);
	struct harness h;

	(void)state;
	open_server(&h);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ask(&h, cases[i].request, 4096, &answer, "\r\n\r\n");
		if (!span_find(buf_span(&answer), span_cstr(cases[i].status)))
			fail_msg("case %zu: %s", i, buf_cstr(&answer));
	}
	assert_int_equal(h.log.len, 0); /* none of them was handed over */
	buf_release(&answer);
	close_server(&h);
}

static void server_answers_later_and_others_meanwhile(void **state)
{
	struct buf answer = BUF_INIT(1 << 16), other = BUF_INIT(1 << 16);
	struct harness h;
	int fd;

	(void)state;
	open_server(&h);
	fd = connect_to(&h);
	say(fd, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
	for (int i = 0; i < 1000 && !h.kept; i++)
		step(&h);
	assert_non_null(h.kept);
	ask(&h, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n", 4096, &other, "yes");
	assert_int_equal(h.done, 1);
	assert_int_equal(server_busy(h.server), 1);
	h.ticks_ms += 100000; /* what waits for us is not late */
	step(&h);
	exchange_answer(h.kept, 202, NULL, SPAN_NONE);
	assert_int_equal(server_timeout_ms(h.server), 0);
	converse(&h, fd, &answer, "\r\n\r\n");
	assert_true(span_starts(buf_span(&answer), "HTTP/1.1 202 "));
	(void)close(fd);
	buf_release(&answer);
	buf_release(&other);
	close_server(&h);
}

static void server_cuts_off_who_is_late(void **state)
{
	static const char *const beginnings[] = {
		"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe", "POST /a HT", ""};
	struct harness h;

	(void)state;
	open_server(&h);
	for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++) {
		struct buf answer = BUF_INIT(1 << 16);
		int fd = connect_to(&h);
		char c;

		say(fd, beginnings[i]);
		for (int k = 0; k < 50; k++)
			step(&h);
		assert_int_equal(recv(fd, &c, 1, MSG_DONTWAIT), -1); /* open, and silent */
		h.ticks_ms += i == 0 ? 1001 : 5001;
		converse(&h, fd, &answer, "never comes");
		assert_int_equal(recv(fd, &c, 1, MSG_DONTWAIT), 0);
		(void)close(fd);
		buf_release(&answer);
	}
	assert_int_equal(h.log.len, 0);
	close_server(&h);
}

static void server_quiesced_takes_no_more_and_closes_with_the_answer(void **state)
{
	struct buf answer = BUF_INIT(1 << 16);
	struct harness h;
	int fd;

	(void)state;
	open_server(&h);
	fd = connect_to(&h);
	say(fd, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
	for (int i = 0; i < 1000 && !h.kept; i++)
		step(&h);
	server_quiesce(h.server);
	exchange_answer(h.kept, 200, NULL, SPAN_NONE);
	converse(&h, fd, &answer, "never comes");
	assert_non_null(span_find(buf_span(&answer), SPAN("Connection: close\r\n")));
	(void)close(fd);
	buf_release(&answer);
	close_server(&h);
}

static void server_close_ends_with_requests_under_way(void **state)
{
	struct harness h;
	int fd[2];

	(void)state;
	open_server(&h);
	fd[0] = connect_to(&h);
	fd[1] = connect_to(&h);
	say(fd[0], "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
	say(fd[1], "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe");
	for (int i = 0; i < 1000 && !h.kept; i++)
		step(&h);
	assert_non_null(h.kept);
	close_server(&h);
	(void)close(fd[0]);
	(void)close(fd[1]);
}

/* Steps whenever there is something to do, for 300 ms, and says how often that was. */
static int steps_in_300_ms(struct harness *h)
{
	struct timespec from, now;
	int n = 0;

	(void)clock_gettime(CLOCK_MONOTONIC, &from);
	do {
		struct pollfd p = {.fd = server_fd(h->server), .events = POLLIN};

		(void)poll(&p, 1, 10);
		step(h);
		n++;
		(void)clock_gettime(CLOCK_MONOTONIC, &now);
	} while ((now.tv_sec - from.tv_sec) * 1000 + (now.tv_nsec - from.tv_nsec) / 1000000 < 300);
	return n;
}

static void server_without_a_descriptor_waits_and_then_goes_on(void **state)
{
	struct buf answer = BUF_INIT(1 << 16);
	struct rlimit old, none;
	struct harness h;
	int fd;

	(void)state;
	open_server(&h);
	fd = connect_to(&h);
	say(fd, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	none = (struct rlimit){.rlim_cur = 1, .rlim_max = old.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	assert_true(steps_in_300_ms(&h) <= 20); /* it does not spin */
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	converse(&h, fd, &answer, "yes");
	assert_non_null(span_find(buf_span(&answer), SPAN("yes")));
	(void)close(fd);
	buf_release(&answer);
	close_server(&h);
}

static void server_open_knows_addresses(void **state)
{
	static const struct {
		const char *address;
		int code;
	} cases[] = {{"0", 0},
		     {":0", 0},
		     {"127.0.0.1:0", 0},
		     {"", EX_BADUSAGE},
		     {"127.0.0.1", EX_BADUSAGE},
		     {"127.0.0.1:", EX_BADUSAGE},
		     {"127.0.0.1:65536", EX_BADUSAGE},
		     {"127.0.0.1:-1", EX_BADUSAGE},
		     {"localhost:80", EX_BADUSAGE},
		     {"::1:80", EX_BADUSAGE},
		     {"[::1:80", EX_BADUSAGE},
		     {"192.0.2.1:0", EX_CANNOTCREATE}}; /* TEST-NET-1 (RFC 5737): not ours */
	struct server_options opt = {
		.max_body_bytes = 1, .max_head_bytes = 1000, .max_connections = 1};
	struct harness h = {0};

	(void)state;
	clock_of_test.ctx = &h;
	opt.env = &clock_of_test;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct server *s = NULL;
		struct err e = ERR_INIT;
		int rc = server_open(cases[i].address, &opt, &ops, &h, &s, &e);

		if (e.code != cases[i].code)
			fail_msg("'%s': %d %s", cases[i].address, e.code, e.text);
		assert_int_equal(rc, cases[i].code ? -1 : 0);
		if (rc == 0)
			assert_true(server_is_loopback(s));
		server_close(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(server_hands_over_what_came_however_it_is_cut),
		cmocka_unit_test(server_refuses_by_status),
		cmocka_unit_test(server_answers_later_and_others_meanwhile),
		cmocka_unit_test(server_cuts_off_who_is_late),
		cmocka_unit_test(server_quiesced_takes_no_more_and_closes_with_the_answer),
		cmocka_unit_test(server_close_ends_with_requests_under_way),
		cmocka_unit_test(server_without_a_descriptor_waits_and_then_goes_on),
		cmocka_unit_test(server_open_knows_addresses),
	};

	return cmocka_run_group_tests_name("net/server", tests, NULL, NULL);
}
