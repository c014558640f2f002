/*
 * A small HTTP/1.1 server on libmicrohttpd for programmes that wait for many
 * things in one thread: it owns no thread and never blocks. The caller waits until
 * server_fd is readable or server_timeout_ms is over, and calls server_step.
 *
 * A request is handed over twice: when its head has come, so that it can be
 * refused before its body is read, and when it is whole. It may be answered at
 * once or later, in any order: until then its connection sleeps.
 *
 *	static void on_request(void *ctx, struct exchange *x)
 *	{
 *		exchange_answer(x, 200, "text/plain", SPAN("ok\n"));
 *	}
 *
 * What a client may take of us is bounded: connections, the bytes and number of
 * header lines, the bytes of a body, and the time in which a request must have
 * come or an answer been read. Malformed HTTP is answered by libmicrohttpd (400).
 */
#ifndef AIOPS_NET_SERVER_H
#define AIOPS_NET_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/env.h"
#include "base/err.h"
#include "base/span.h"

struct server;
struct exchange; /* one request and its answer */

struct server_options {
	size_t max_body_bytes;    /* a longer body is answered 413 */
	size_t max_head_bytes;    /* request line and headers: 431 */
	unsigned max_headers;     /* 431 */
	unsigned max_connections; /* further ones wait in the kernel's queue */
	int64_t request_ms;    /* from a request's head to its last byte, and to read an answer */
	int64_t idle_ms;       /* a connection without a request */
	const struct env *env; /* its monotonic clock; borrowed */
};

struct server_ops {
	/* The head has come. To refuse the request, answer it: its body is then not read and its
	 * connection closed. May be NULL. */
	void (*head)(void *ctx, struct exchange *x);
	/* The request is whole. Answer it now or keep x and answer it later. */
	void (*request)(void *ctx, struct exchange *x);
	/* The answer was sent or could not be, after `status` was given (0: none was, since the
	 * client went away); x is gone after this. May be NULL. seconds: since the head had come.
	 */
	void (*done)(void *ctx, int status, double seconds);
};

/*
 * Listens on address: "HOST:PORT", "[::1]:8080", ":8080" or "8080"; without a host
 * on 127.0.0.1. HOST is a number, not a name; port 0 lets the system choose.
 * ops and ctx are borrowed. Errors: EX_BADUSAGE (address), EX_CANNOTCREATE (in use, not
 * permitted), EX_SYSTEM.
 */
NODISCARD int server_open(const char *address, const struct server_options *opt,
			  const struct server_ops *ops, void *ctx, struct server **out,
			  struct err *e);
/* What was not answered is cut off. NULL is accepted. */
void server_close(struct server *s);

/* "127.0.0.1:8080", with the port that was chosen. Borrowed. */
const char *server_address(const struct server *s);
int server_port(const struct server *s);
/* Only this machine can reach it. */
bool server_is_loopback(const struct server *s);

/* Readable when there is something to do. */
int server_fd(const struct server *s);
/* Longest wait until the next server_step in ms; -1: only for server_fd. */
int64_t server_timeout_ms(struct server *s);
/* Does what can be done without waiting, callbacks included. Errors: EX_SYSTEM. */
NODISCARD int server_step(struct server *s, struct err *e);

/* Takes no new connections from now on; those that are open are closed with their next answer. */
void server_quiesce(struct server *s);
/* Requests whose head has come and whose answer has not been sent. */
size_t server_busy(const struct server *s);

/* ---- a request: spans are borrowed until it is answered ---- */

struct span exchange_method(const struct exchange *x); /* "POST" */
struct span exchange_path(const struct exchange *x);   /* "/events", without the query */
/* The first header of that name in any case; SPAN_NONE if there is none. */
struct span exchange_header(const struct exchange *x, const char *name);
/* The first value of that name in the query, decoded; "" for a name alone; SPAN_NONE if it is not
 * there. */
struct span exchange_query(const struct exchange *x, const char *name);
/* Calls fn for each name in the query, in order, until it returns false. */
void exchange_query_names(const struct exchange *x, bool (*fn)(void *ctx, const char *name),
			  void *ctx);
/* Whole in `request`, empty in `head`. */
struct span exchange_body(const struct exchange *x);
/* "127.0.0.1" */
const char *exchange_peer(const struct exchange *x);

/* A header of the answer; call it before exchange_answer. */
void exchange_set(struct exchange *x, const char *name, const char *value);
/* Answers; body is copied. type is the Content-Type, NULL without a body. Once for each. */
void exchange_answer(struct exchange *x, int status, const char *type, struct span body);

#endif
