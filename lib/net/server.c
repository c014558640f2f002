/*
 * libmicrohttpd with its epoll descriptor polled by the caller ("external
 * polling"). It watches for inactivity only, so deadlines are kept here: a client that
 * sends one byte a second is cut off by shutdown(2) under libmicrohttpd, which then
 * sees the end of the connection.
 */
#include "net/server.h"

#include <errno.h>
#include <microhttpd.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "net/listener.h"
#include "net/server_impl.h"

enum {
	POOL_EXTRA = 32 << 10, /* of a connection's memory: what a body is read through */
	CHECK_MS = 250,        /* deadlines are looked at so often */
	NO_FILES_MS = 50,      /* until accept(2) is tried again that found no descriptor free */
};

/* ---- connections and their deadlines ---- */

static void wait_until(struct conn *c, int64_t ms)
{
	c->deadline_ms = env_ticks_ms(c->server->opt.env) + ms;
}

static void conn_open(struct server *s, struct MHD_Connection *mhd, void **context)
{
	const union MHD_ConnectionInfo *fd =
		MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
	const union MHD_ConnectionInfo *peer =
		MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	struct conn *c = mem_zalloc(sizeof *c);

	c->server = s;
	s->opened++;
	c->fd = fd ? fd->connect_fd : -1;
	address_text(peer ? peer->client_addr : NULL, c->peer);
	c->next = s->conns;
	if (c->next)
		c->next->prev = c;
	s->conns = c;
	wait_until(c, s->opt.idle_ms);
	*context = c;
}

static void conn_close(struct conn *c)
{
	if (c->next)
		c->next->prev = c->prev;
	if (c->prev)
		c->prev->next = c->next;
	else
		c->server->conns = c->next;
	free(c);
}

static void on_connection(void *cls, struct MHD_Connection *mhd, void **context,
			  enum MHD_ConnectionNotificationCode what)
{
	if (what == MHD_CONNECTION_NOTIFY_STARTED)
		conn_open(cls, mhd, context);
	else if (*context)
		conn_close(*context);
}

static void cut_off_late(struct server *s)
{
	int64_t now = env_ticks_ms(s->opt.env);

	if (now < s->next_check_ms)
		return;
	s->next_check_ms = now + CHECK_MS;
	for (struct conn *c = s->conns; c; c = c->next) {
		if (c->cut || now < c->deadline_ms)
			continue;
		c->cut = true;
		(void)shutdown(c->fd, SHUT_RDWR); /* may have ended by itself */
	}
}

/* ---- one request ---- */

static struct conn *conn_of(struct MHD_Connection *mhd)
{
	const union MHD_ConnectionInfo *i =
		MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return i->socket_context;
}

static enum MHD_Result send_answer(struct exchange *x)
{
	enum MHD_Result rc = MHD_queue_response(x->mhd, (unsigned)x->status, x->response);

	MHD_destroy_response(x->response);
	x->response = NULL;
	x->state = EXCHANGE_SENT;
	wait_until(x->conn, x->server->opt.request_ms);
	return rc;
}

/* A head was refused. A short body is read and dropped: closing on it could take the answer away
 * from a client that is still sending. */
static enum MHD_Result refuse(struct exchange *x)
{
	if (x->expected_bytes < 0 || x->expected_bytes > EXCHANGE_DROP_MAX)
		return send_answer(x);
	return MHD_YES;
}

static enum MHD_Result begin(struct server *s, struct MHD_Connection *mhd, const char *url,
			     const char *method, void **context)
{
	struct exchange *x = exchange_new(s, conn_of(mhd), mhd, url, method);

	*context = x;
	s->busy++;
	wait_until(x->conn, s->opt.request_ms);
	exchange_check_head(x);
	if (!x->response && s->ops->head)
		s->ops->head(s->ctx, x);
	return x->response ? refuse(x) : MHD_YES;
}

/* More than announced cannot come: libmicrohttpd counts. Chunks can be any number. */
static void take_body(struct exchange *x, const char *data, size_t len)
{
	if (x->response)
		return;
	if (len <= x->server->opt.max_body_bytes - x->body.len)
		buf_add(&x->body, data, len);
	else
		exchange_refuse_length(x);
}

static enum MHD_Result hand_over(struct exchange *x)
{
	if (!x->response) {
		x->state = EXCHANGE_WAITING;
		x->conn->deadline_ms = INT64_MAX; /* the answer is our business */
		x->server->ops->request(x->server->ctx, x);
	}
	if (x->response)
		return send_answer(x);
	x->suspended = true;
	MHD_suspend_connection(x->mhd);
	return MHD_YES;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *mhd, const char *url,
				  const char *method, const char *version, const char *data,
				  size_t *len, void **context)
{
	struct exchange *x = *context;

	(void)version; /* libmicrohttpd answers as the client speaks */
	if (!x)
		return begin(cls, mhd, url, method, context);
	if (*len > 0) {
		take_body(x, data, *len);
		*len = 0;
		return MHD_YES;
	}
	if (x->state == EXCHANGE_SENT)
		return MHD_YES;
	return hand_over(x);
}

static void on_completed(void *cls, struct MHD_Connection *mhd, void **context,
			 enum MHD_RequestTerminationCode why)
{
	struct server *s = cls;
	struct exchange *x = *context;

	(void)mhd;
	(void)why; /* whoever did not read an answer asks again */
	if (!x)
		return;
	if (s->ops->done)
		s->ops->done(s->ctx, x->status,
			     (double)(env_ticks_ms(s->opt.env) - x->begun_ms) / 1000);
	wait_until(x->conn, s->opt.idle_ms);
	s->busy--;
	exchange_free(x);
	*context = NULL;
}

void exchange_wake(struct exchange *x)
{
	if (!x->suspended)
		return;
	x->suspended = false;
	x->server->woken = true;
	MHD_resume_connection(x->mhd);
}

/* ---- the server ---- */

static int start(struct server *s, struct err *e)
{
	const union MHD_DaemonInfo *info;

	s->daemon = MHD_start_daemon(
		MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_request, s,
		MHD_OPTION_LISTEN_SOCKET, s->listen_fd, MHD_OPTION_NOTIFY_COMPLETED, on_completed,
		s, MHD_OPTION_NOTIFY_CONNECTION, on_connection, s,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, 2 * s->opt.max_head_bytes + POOL_EXTRA,
		MHD_OPTION_CONNECTION_LIMIT, s->opt.max_connections, MHD_OPTION_STRICT_FOR_CLIENT,
		1, MHD_OPTION_END);
	if (!s->daemon)
		return err_set_errno(e, EX_SYSTEM, errno, "cannot start the HTTP server");
	info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	s->epoll_fd = info->epoll_fd;
	return 0;
}

int server_open(const char *address, const struct server_options *opt, const struct server_ops *ops,
		void *ctx, struct server **out, struct err *e)
{
	struct server *s = mem_zalloc(sizeof *s);

	s->opt = *opt;
	s->ops = ops;
	s->ctx = ctx;
	s->listen_fd = listener_open(address, &s->where, e);
	if (s->listen_fd < 0 || start(s, e) != 0) {
		server_close(s);
		return -1;
	}
	*out = s;
	return 0;
}

/* libmicrohttpd cannot stop while a connection sleeps. */
static void wake_all(struct server *s)
{
	for (struct conn *c = s->conns; c; c = c->next)
		(void)shutdown(c->fd, SHUT_RDWR); /* may have ended by itself */
	for (struct exchange *x = s->exchanges; x; x = x->next) {
		if (!x->response && x->state != EXCHANGE_SENT)
			exchange_answer(x, 503, NULL, SPAN_NONE);
		exchange_wake(x);
	}
}

void server_close(struct server *s)
{
	if (!s)
		return;
	if (s->daemon) {
		wake_all(s);
		(void)MHD_run(s->daemon); /* takes up what was woken; the rest is cut off */
		MHD_stop_daemon(s->daemon);
	}
	if (s->listen_fd >= 0 && !s->daemon)
		(void)close(s->listen_fd); /* else libmicrohttpd did */
	free(s);
}

const char *server_address(const struct server *s)
{
	return s->where.text;
}

int server_port(const struct server *s)
{
	return s->where.port;
}

bool server_is_loopback(const struct server *s)
{
	return s->where.loopback;
}

int server_fd(const struct server *s)
{
	return s->epoll_fd;
}

int64_t server_timeout_ms(struct server *s)
{
	MHD_UNSIGNED_LONG_LONG ms;
	int64_t check = s->next_check_ms - env_ticks_ms(s->opt.env), own = -1;

	if (s->woken)
		return 0; /* libmicrohttpd takes it up when it runs again */
	if (MHD_get_timeout(s->daemon, &ms) == MHD_YES)
		own = ms > INT32_MAX ? INT32_MAX : (int64_t)ms;
	if (!s->conns)
		return own;
	if (check < 0)
		check = 0;
	return own < 0 || check < own ? check : own;
}

/*
 * With connections open, libmicrohttpd waits for one to end when accept(2) finds no
 * descriptor free; without one it would spin. Twice the same: one may have come just now.
 */
static void wait_for_files(struct server *s, size_t opened_before)
{
	struct pollfd p = {.fd = s->listen_fd, .events = POLLIN};

	if (s->conns || s->opened != opened_before || s->listen_fd < 0 || poll(&p, 1, 0) != 1) {
		s->refused = false;
		return;
	}
	if (s->refused)
		(void)poll(NULL, 0, NO_FILES_MS); /* a signal ends it early, which is fine */
	s->refused = true;
}

int server_step(struct server *s, struct err *e)
{
	size_t opened = s->opened;

	s->woken = false;
	if (MHD_run(s->daemon) != MHD_YES)
		return err_set(e, EX_SYSTEM, "the HTTP server cannot go on");
	wait_for_files(s, opened);
	cut_off_late(s);
	return 0;
}

void server_quiesce(struct server *s)
{
	if (s->quiesced)
		return;
	s->quiesced = true;
	if (MHD_quiesce_daemon(s->daemon) != MHD_INVALID_SOCKET)
		(void)close(s->listen_fd); /* nothing was written to it */
	s->listen_fd = -1;
}

size_t server_busy(const struct server *s)
{
	return s->busy;
}
