#include "aiops-incident/serve/serve.h"

#include <poll.h>

#include "base/file.h"
#include "cli/cli.h"

enum {
	BODY_MAX = 1 << 20,
	HEAD_MAX = 16 << 10,
	REQUEST_MS = 10000,
	IDLE_MS = 60000,
	CONNECTIONS = 100,
	LONGEST_WAIT_MS = 1000,
};

static const struct server_ops server_ops = {.request = service_request};

static int open_server(struct service *s, struct err *e)
{
	const struct server_options opt = {
		.max_body_bytes = BODY_MAX,
		.max_head_bytes = HEAD_MAX,
		.max_headers = 100,
		.max_connections = CONNECTIONS,
		.request_ms = REQUEST_MS,
		.idle_ms = IDLE_MS,
		.env = cli_env(s->c),
	};

	if (server_open(s->o->listen, &opt, &server_ops, s, &s->server, e) != 0)
		return -1;
	if (!server_is_loopback(s->server) && s->tokens.n == 0)
		return err_set(e, EX_POLICY,
			       "%s can be reached from outside: give --token-file, so that not "
			       "everybody can read what is wrong",
			       server_address(s->server));
	return 0;
}

static int tell_port(struct service *s, struct err *e)
{
	struct buf port = BUF_INIT(16);
	int rc = 0;

	msg(s->c, MSG_WARNING, NULL, "the board is at http://%s/", server_address(s->server));
	if (s->o->port_file) {
		buf_addf(&port, "%d\n", server_port(s->server));
		rc = file_write_atomic(s->o->port_file, buf_span(&port), 0644, e);
	}
	buf_release(&port);
	return rc;
}

static int serve(struct service *s, struct err *e)
{
	const volatile bool *stop = cli_catch_stop(s->c);

	while (!*stop) {
		struct pollfd p = {.fd = server_fd(s->server), .events = POLLIN};
		int64_t wait = server_timeout_ms(s->server);

		if (wait < 0 || wait > LONGEST_WAIT_MS)
			wait = LONGEST_WAIT_MS; /* and look at stop */
		(void)poll(&p, 1, (int)wait);   /* a signal ends it early, which is fine */
		if (server_step(s->server, e) != 0)
			return -1;
	}
	return 0;
}

int serve_run(struct cli *c)
{
	struct service s = {.c = c, .o = cli_options(c)};
	struct err e = ERR_INIT;
	int rc = 0;
	size_t n;

	(void)cli_operands(c, &n);
	if (n)
		rc = err_set(&e, EX_BADUSAGE, "serve takes no operands");
	for (size_t i = 0; rc == 0 && i < s.o->token_files.n; i++)
		rc = secrets_add(&s.tokens, s.o->token_files.items[i], &e);
	if (rc == 0 && s.o->slack_secret_file)
		rc = secrets_add(&s.slack_secrets, s.o->slack_secret_file, &e);
	if (rc == 0 && s.o->slack_people)
		rc = slack_people_load(&s.people, s.o->slack_people, &e);
	if (rc == 0 && open_server(&s, &e) == 0 && tell_port(&s, &e) == 0)
		rc = serve(&s, &e);
	rc = e.code ? msg_err(c, e.line ? s.o->slack_people : NULL, &e) : EX_DONE;
	server_close(s.server);
	store_close(s.store);
	secrets_release(&s.tokens);
	secrets_release(&s.slack_secrets);
	slack_people_release(&s.people);
	return rc;
}
