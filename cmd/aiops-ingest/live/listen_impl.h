/*
 * What listen.c (deliveries, spool, output), listen_open.c (its life), listen_route.c (what
 * may be asked, and by whom) and listen_answer.c (words of the answers) share. Private to them.
 */
#ifndef AIOPS_INGEST_LISTEN_IMPL_H
#define AIOPS_INGEST_LISTEN_IMPL_H

#include "aiops-ingest/live/intake.h"
#include "aiops-ingest/live/listen.h"
#include "aiops-ingest/live/metrics.h"
#include "aiops-ingest/live/replay.h"
#include "aiops-ingest/live/spool.h"
#include "net/auth.h"
#include "net/server.h"

/* A delivery that was read and is not answered yet. */
struct arrival {
	struct exchange *x;
	struct delivery d;
	int64_t received_ms; /* wall clock */
	char *digest;        /* of what was signed; owned; NULL: it was not */
	uint64_t mark;       /* without a spool: out_total behind its events */
};

/* A delivery of the spool whose events were handed to standard output. */
struct sent {
	int64_t seq;
	size_t bytes;
	uint64_t mark;
};

struct listener {
	struct cli *c;
	const struct listen_options *o;
	const struct prepared *prepared;
	struct outlet *outlet;
	struct server *server;
	struct intake *intake;
	struct spool *spool; /* NULL: none */
	struct secrets tokens, keys;
	struct replay replay;
	struct metrics metrics;
	struct arrival *fresh; /* of this step */
	size_t n_fresh, cap_fresh;
	struct arrival *waiting; /* without a spool: for their bytes to be written */
	size_t n_waiting, cap_waiting;
	struct sent *sent;
	size_t n_sent, cap_sent;
	int64_t sent_seq; /* the last of the spool that was handed to standard output */
	int64_t tidy_at_ms;
	bool paused, stopping;
	struct err failure; /* met in a callback of the server */
};

/* ---- listen_route.c ---- */

extern const struct server_ops listener_server_ops;

/* ---- listen.c ---- */

void arrival_release(struct arrival *a);
int64_t listener_now_ms(const struct listener *l); /* wall clock */
/* No more can be taken just now; more_bytes of events, as far as is known. */
bool listener_is_full(const struct listener *l, size_t more_bytes);
/* Reads the body and queues its events, or answers. */
void listener_take(struct listener *l, struct exchange *x, const struct format *format,
		   struct span body, struct span digest);

/* ---- listen_answer.c ---- */

/* {"error":error,"message":message} */
void answer_error(struct exchange *x, int status, const char *error, const char *message);
/* 503 with Retry-After. */
void answer_later(struct exchange *x, const char *message);
/* What became of a delivery, with its rejects. */
void answer_delivery(struct exchange *x, int status, const struct delivery *d, const char *error);
void answer_replay(struct exchange *x);

#endif
