/*
 * The listener's life: secrets, spool and server opened, and closed again.
 */
#include <stdlib.h>

#include "aiops-ingest/live/listen_impl.h"
#include "base/file.h"
#include "base/mem.h"

static int read_secrets(struct secrets *s, const struct opt_texts *files, struct err *e)
{
	for (size_t i = 0; i < files->n; i++)
		if (secrets_add(s, files->items[i], e) != 0)
			return -1;
	return 0;
}

static void remember(void *ctx, struct span digest, int64_t at_ms)
{
	replay_add(&((struct listener *)ctx)->replay, digest, at_ms);
}

static int open_spool(struct listener *l, struct err *e)
{
	if (!l->o->spool)
		return 0;
	if (spool_open(l->o->spool, l->o->spool_max, l->o->replay_window_ms, &l->spool, e) != 0 ||
	    spool_seen(l->spool, listener_now_ms(l) - l->o->replay_window_ms, remember, l, e) != 0)
		return -1;
	if (spool_deliveries(l->spool) > 0)
		msg(l->c, MSG_INFO, NULL, "%lld deliveries of the spool are written first",
		    (long long)spool_deliveries(l->spool));
	return 0;
}

static int open_server(struct listener *l, struct err *e)
{
	struct server_options opt = {
		.max_body_bytes = l->o->max_body,
		.max_head_bytes = 16 << 10,
		.max_headers = 100,
		.max_connections = (unsigned)l->o->max_connections,
		.request_ms = l->o->request_timeout_ms,
		.idle_ms = l->o->idle_timeout_ms,
		.env = cli_env(l->c),
	};

	return server_open(l->o->listen, &opt, &listener_server_ops, l, &l->server, e);
}

static int tell_port(struct listener *l, struct err *e)
{
	struct buf port = BUF_INIT(16);
	int rc = 0;

	msg(l->c, MSG_INFO, NULL, "listening on %s", server_address(l->server));
	if (!server_is_loopback(l->server) && l->tokens.n == 0 && l->keys.n == 0)
		msg(l->c, MSG_WARNING, NULL,
		    "%s can be reached from outside and takes events from anybody: give --token-file "
		    "or --hmac-file",
		    server_address(l->server));
	if (l->o->port_file) {
		buf_addf(&port, "%d\n", server_port(l->server));
		rc = file_write_atomic(l->o->port_file, buf_span(&port), 0644, e);
	}
	buf_release(&port);
	return rc;
}

int listener_new(struct cli *c, const struct listen_options *o, const struct prepared *prepared,
		 struct outlet *outlet, struct listener **out, struct err *e)
{
	struct listener *l = mem_zalloc(sizeof *l);
	struct sink sink = outlet_sink(outlet);

	*out = l; /* for listener_free, also of a half made one */
	l->c = c;
	l->o = o;
	l->prepared = prepared;
	l->outlet = outlet;
	replay_init(&l->replay, o->replay_window_ms);
	l->intake = intake_new(&prepared->opt, &sink, cli_env(c));
	if (read_secrets(&l->tokens, &o->token_files, e) != 0 ||
	    read_secrets(&l->keys, &o->hmac_files, e) != 0 || open_spool(l, e) != 0 ||
	    open_server(l, e) != 0 || tell_port(l, e) != 0) {
		listener_free(l);
		*out = NULL;
		return -1;
	}
	return 0;
}

void listener_free(struct listener *l)
{
	struct err e = ERR_INIT;

	if (!l)
		return;
	server_close(l->server);
	if (spool_close(l->spool, &e) != 0)
		msg(l->c, MSG_WARNING, NULL, "%s: what is written will be written again", e.text);
	for (size_t i = 0; i < l->n_waiting; i++)
		arrival_release(&l->waiting[i]);
	for (size_t i = 0; i < l->n_fresh; i++)
		arrival_release(&l->fresh[i]);
	free(l->waiting);
	free(l->fresh);
	free(l->sent);
	intake_free(l->intake);
	secrets_release(&l->tokens);
	secrets_release(&l->keys);
	replay_release(&l->replay);
	free(l);
}

struct ingest_counts listener_counts(const struct listener *l)
{
	return intake_counts(l->intake);
}

uint64_t listener_bytes(const struct listener *l)
{
	return (uint64_t)l->metrics.body_bytes;
}
