/*
 * What server.c (connections, libmicrohttpd's callbacks) and exchange.c (one
 * request and its answer) share. Private to them.
 */
#ifndef AIOPS_NET_SERVER_IMPL_H
#define AIOPS_NET_SERVER_IMPL_H

#include <microhttpd.h>

#include "base/buf.h"
#include "net/listener.h"
#include "net/server.h"

/* A refused body of at most so many bytes is read to its end before the answer. */
#define EXCHANGE_DROP_MAX (1 << 20)

struct conn {
	struct server *server;
	struct conn *prev, *next;
	int fd; /* libmicrohttpd's */
	int64_t deadline_ms;
	bool cut;
	char peer[ADDRESS_TEXT];
};

enum exchange_state { EXCHANGE_COMING, EXCHANGE_WAITING, EXCHANGE_SENT };

struct exchange {
	struct server *server;
	struct conn *conn;
	struct exchange *prev, *next;
	struct MHD_Connection *mhd;
	enum exchange_state state;
	bool suspended;
	int64_t begun_ms;
	int64_t expected_bytes; /* of the body; -1: chunks */
	char *method, *path;
	struct buf body;
	struct MHD_Response *response; /* made and not yet sent */
	struct {
		char *name, *value;
	} set[8];
	size_t n_set;
	int status; /* 0: not answered */
};

struct server {
	struct MHD_Daemon *daemon;
	struct server_options opt;
	const struct server_ops *ops;
	void *ctx;
	struct listener_address where;
	int listen_fd, epoll_fd;
	struct conn *conns;
	struct exchange *exchanges;
	size_t busy, opened; /* requests under way; connections since the start */
	int64_t next_check_ms;
	bool quiesced;
	bool refused; /* a connection was there and could not be taken, the last time */
	bool woken;   /* an exchange was answered since the last step */
};

struct exchange *exchange_new(struct server *s, struct conn *c, struct MHD_Connection *mhd,
			      const char *url, const char *method);
void exchange_free(struct exchange *x);
/* Answers what the server itself refuses: lengths, too many headers, a body of two lengths. */
void exchange_check_head(struct exchange *x);
void exchange_refuse_length(struct exchange *x);
/* Lets libmicrohttpd ask for the answer; nothing if it is not waiting. */
void exchange_wake(struct exchange *x);

#endif
