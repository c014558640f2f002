/*
 * Requests to the server over a loopback socket: any bytes are answered or cut off, nothing is
 * handed over beyond the limits, and every request that was begun comes to an end.
 */
#include "net/server.h"

#include <arpa/inet.h>
#include <poll.h>
#include <unistd.h>

#include "../fuzz.h"

enum { MAX_BODY = 500, MAX_HEAD = 2000, ROUNDS = 200 };

struct tally {
	int64_t ticks_ms;
	int heads, requests, done;
};

static int64_t ticks(void *ctx)
{
	return ((const struct tally *)ctx)->ticks_ms;
}

static bool query_name(void *ctx, const char *name)
{
	(void)exchange_query(ctx, name);
	return true;
}

static void on_head(void *ctx, struct exchange *x)
{
	struct tally *t = ctx;

	t->heads++;
	FUZZ_CHECK(exchange_method(x).len > 0 && exchange_body(x).len == 0);
	FUZZ_CHECK(exchange_method(x).len + exchange_path(x).len <= MAX_HEAD);
	if (span_starts(exchange_path(x), "/no"))
		exchange_answer(x, 403, "text/plain", SPAN("no\n"));
}

static void on_request(void *ctx, struct exchange *x)
{
	struct tally *t = ctx;
	struct span header = exchange_header(x, "x-test");

	t->requests++;
	FUZZ_CHECK(exchange_body(x).len <= MAX_BODY && header.len <= MAX_HEAD);
	exchange_query_names(x, query_name, x);
	exchange_set(x, "X-Mine", "1");
	exchange_answer(x, 200, "application/octet-stream", exchange_body(x));
}

static void on_done(void *ctx, int status, double seconds)
{
	struct tally *t = ctx;

	t->done++;
	FUZZ_CHECK((status == 0 || (status >= 100 && status < 600)) && seconds >= 0);
}

static int connect_to(const struct server *s)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_port = htons((in_port_t)server_port(s)),
				.sin_addr = {htonl(INADDR_LOOPBACK)}};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	FUZZ_CHECK(fd >= 0 && connect(fd, (const struct sockaddr *)&a, sizeof a) == 0);
	return fd;
}

static void step(struct server *s)
{
	struct err e = ERR_INIT;

	FUZZ_CHECK(server_step(s, &e) == 0);
}

/* Sends what there is while the server takes it, and reads until it closes. */
static void converse(struct server *s, struct tally *t, int fd, struct fuzz_input in)
{
	char answer[4096];
	ssize_t n = 1;

	for (int round = 0; round < ROUNDS && n != 0; round++) {
		struct span piece = fuzz_take(&in, 700);
		struct pollfd p = {.fd = fd, .events = POLLIN};

		if (piece.len && send(fd, piece.data, piece.len, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
			break;
		if (piece.len == 0)
			(void)shutdown(fd, SHUT_WR); /* done before, or closed by the other side */
		step(s);
		if (poll(&p, 1, 0) == 1)
			n = recv(fd, answer, sizeof answer, MSG_DONTWAIT);
		else
			t->ticks_ms += 100; /* its deadlines come, if nothing else does */
		if (n < 0)
			break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct server_ops ops = {on_head, on_request, on_done};
	struct tally t = {.ticks_ms = 1000};
	struct env env = {.ticks_ms = ticks, .ctx = &t};
	struct server_options options = {.max_body_bytes = MAX_BODY,
					 .max_head_bytes = MAX_HEAD,
					 .max_headers = 20,
					 .max_connections = 2,
					 .request_ms = 1000,
					 .idle_ms = 2000,
					 .env = &env};
	struct server *s;
	struct err e = ERR_INIT;
	int fd;

	FUZZ_CHECK(server_open("127.0.0.1:0", &options, &ops, &t, &s, &e) == 0);
	fd = connect_to(s);
	converse(s, &t, fd, fuzz_input(data, size));
	close(fd);
	for (int i = 0; i < 5; i++)
		step(s);
	server_close(s);
	/* What the server itself refuses has an end and no head. */
	FUZZ_CHECK(t.requests <= t.heads && t.done >= t.requests);
	return 0;
}
