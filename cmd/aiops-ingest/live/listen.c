#include "aiops-ingest/live/listen.h"

#include <stdlib.h>
#include <string.h>

#include "aiops-ingest/live/listen_impl.h"
#include "base/mem.h"

enum {
	EVENTS_GROWTH = 24,   /* bytes of events for a byte of body, at most */
	OUTPUT_MAX = 1 << 20, /* unwritten bytes beyond which the spool waits */
	GATHER_ROUNDS = 16,   /* of the server before what came is kept together */
	TIDY_MS = 1000,       /* what is written leaves a quiet spool after so long */
};

int64_t listener_now_ms(const struct listener *l)
{
	return env_now_ns(cli_env(l->c)) / NS_PER_MS;
}

bool listener_is_full(const struct listener *l, size_t more_bytes)
{
	return l->spool ? spool_is_full(l->spool, more_bytes) : l->paused;
}

/* ---- taking a delivery ---- */

void arrival_release(struct arrival *a)
{
	delivery_release(&a->d);
	free(a->digest);
}

static void count_rejects(struct listener *l, const struct delivery *d)
{
	for (size_t i = 0; i < d->n_rejects; i++)
		metrics_reject(&l->metrics, d->rejects[i].code);
	for (int64_t i = (int64_t)d->n_rejects; i < d->rejected; i++)
		metrics_reject(&l->metrics, "further");
}

/* False: it was answered, since nothing of it is taken. */
static bool is_worth_keeping(struct listener *l, struct exchange *x, const struct delivery *d)
{
	if (d->rejected > 0 && d->records == 0)
		answer_delivery(x, 400, d, "nothing in it could be read");
	else if (d->rejected > 0 && cli_common(l->c)->strict)
		answer_delivery(x, 400, d, "parts of it could not be read (--strict)");
	else if (l->spool && spool_is_full(l->spool, d->events.len))
		answer_later(x, "the spool is full");
	else
		return true;
	return false;
}

/* What the system refuses now it may give soon: that is no reason to end. */
static void answer_unread(struct listener *l, struct exchange *x, const struct err *e)
{
	if (e->code == EX_SYSTEM) {
		msg(l->c, MSG_WARNING, NULL, "%s", e->text);
		answer_later(x, "a process could not be started");
		return;
	}
	if (e->code == EX_BADDATA) {
		answer_error(x, 413, "too_large", e->text);
		return;
	}
	l->failure = *e;
	answer_error(x, 500, "not_kept", "what was rejected could not be stored");
}

void listener_take(struct listener *l, struct exchange *x, const struct format *format,
		   struct span body, struct span digest)
{
	struct arrival a = {.x = x, .received_ms = listener_now_ms(l)};
	struct err e = ERR_INIT;

	if (span_trim(body).len == 0) {
		answer_error(x, 400, "empty", "there is nothing in the body");
		return;
	}
	delivery_init(&a.d, body.len * EVENTS_GROWTH + (1 << 16));
	if (intake_read(l->intake, format, body, &a.d, &e) != 0) {
		answer_unread(l, x, &e);
		arrival_release(&a);
		return;
	}
	count_rejects(l, &a.d);
	if (!is_worth_keeping(l, x, &a.d)) {
		arrival_release(&a);
		return;
	}
	l->metrics.body_bytes += (int64_t)exchange_body(x).len;
	a.digest = digest.data ? mem_dup(digest.data, digest.len) : NULL;
	mem_grow(l->fresh, l->cap_fresh, l->n_fresh + 1);
	l->fresh[l->n_fresh++] = a;
}

/* ---- answering it ---- */

/* Kept or written: its sender may forget it. */
static void acknowledge(struct listener *l, struct arrival *a)
{
	l->metrics.deliveries++;
	l->metrics.events += a->d.records;
	if (a->digest)
		replay_add(&l->replay, span_cstr(a->digest), a->received_ms);
	answer_delivery(a->x, 200, &a->d, NULL);
	arrival_release(a);
}

static void hand_out(struct listener *l, int64_t seq, struct span events)
{
	out_write(l->c, events);
	mem_grow(l->sent, l->cap_sent, l->n_sent + 1);
	l->sent[l->n_sent++] = (struct sent){seq, events.len, out_total(l->c)};
	l->sent_seq = seq;
}

/* Behind what is in the spool already, if the reader keeps up. */
static void hand_out_fresh(struct listener *l, const struct arrival *a, int64_t seq)
{
	if (l->sent_seq == seq - 1 && out_pending(l->c) < OUTPUT_MAX)
		hand_out(l, seq, buf_span(&a->d.events));
}

static int keep_fresh(struct listener *l, struct err *e)
{
	struct spool_item *items = mem_array(NULL, l->n_fresh, sizeof *items);
	int rc;

	for (size_t i = 0; i < l->n_fresh; i++)
		items[i] = (struct spool_item){buf_span(&l->fresh[i].d.events),
					       l->fresh[i].received_ms,
					       span_cstr(l->fresh[i].digest), 0};
	rc = spool_put(l->spool, items, l->n_fresh, e);
	for (size_t i = 0; i < l->n_fresh; i++) {
		if (rc != 0) {
			answer_error(l->fresh[i].x, 500, "not_kept", "it could not be stored");
			arrival_release(&l->fresh[i]);
			continue;
		}
		hand_out_fresh(l, &l->fresh[i], items[i].seq);
		acknowledge(l, &l->fresh[i]);
	}
	free(items);
	l->n_fresh = 0;
	return rc;
}

static void write_fresh(struct listener *l)
{
	for (size_t i = 0; i < l->n_fresh; i++) {
		struct arrival *a = &l->fresh[i];

		out_write(l->c, buf_span(&a->d.events));
		buf_release(&a->d.events);
		a->mark = out_total(l->c);
		mem_grow(l->waiting, l->cap_waiting, l->n_waiting + 1);
		l->waiting[l->n_waiting++] = *a;
	}
	l->n_fresh = 0;
}

/* ---- the spool to standard output ---- */

static int refill(struct listener *l, struct err *e)
{
	struct buf events = BUF_INIT((size_t)1 << 31);
	int rc = 1;

	while (rc > 0 && !l->stopping && l->sent_seq < spool_last(l->spool) &&
	       out_pending(l->c) < OUTPUT_MAX) {
		int64_t seq;

		buf_clear(&events);
		rc = spool_next(l->spool, l->sent_seq, &events, &seq, e);
		if (rc > 0)
			hand_out(l, seq, buf_span(&events));
	}
	buf_release(&events);
	return rc < 0 ? -1 : 0;
}

static int tidy(struct listener *l, int64_t now_ms, struct err *e)
{
	if (!spool_is_untidy(l->spool)) {
		l->tidy_at_ms = now_ms + TIDY_MS;
		return 0;
	}
	if (now_ms < l->tidy_at_ms)
		return 0;
	l->tidy_at_ms = now_ms + TIDY_MS;
	return spool_tidy(l->spool, e);
}

/* ---- as a source ---- */

static void wait_for(void *ctx, bool paused, struct wait_set *w)
{
	struct listener *l = ctx;
	int64_t ms = server_timeout_ms(l->server);

	(void)paused; /* whoever asks is told to come again */
	wait_for_fd(w, server_fd(l->server), POLLIN);
	if (ms >= 0)
		wait_until(w, env_ticks_ms(cli_env(l->c)) + ms);
	if (l->spool && spool_is_untidy(l->spool))
		wait_until(w, l->tidy_at_ms);
}

/* Requests that come together are kept together: one sync for all. */
static int serve(struct listener *l, struct err *e)
{
	int rounds = 0;

	do {
		if (server_step(l->server, e) != 0)
			return -1;
	} while (server_timeout_ms(l->server) == 0 && ++rounds < GATHER_ROUNDS);
	if (l->failure.code) {
		*e = l->failure;
		return -1;
	}
	return 0;
}

static int step(void *ctx, bool paused, int64_t now_ms, struct err *e)
{
	struct listener *l = ctx;

	l->paused = paused;
	if (serve(l, e) != 0)
		return -1;
	if (!l->spool) {
		write_fresh(l);
		return 0;
	}
	if (l->n_fresh > 0 && keep_fresh(l, e) != 0)
		return -1;
	return refill(l, e) != 0 || tidy(l, now_ms, e) != 0 ? -1 : 0;
}

static int written(void *ctx, uint64_t bytes, struct err *e)
{
	struct listener *l = ctx;
	size_t n = 0;

	(void)e;
	while (n < l->n_waiting && l->waiting[n].mark <= bytes)
		acknowledge(l, &l->waiting[n++]);
	l->n_waiting -= n;
	if (n > 0 && l->n_waiting > 0)
		memmove(l->waiting, l->waiting + n, l->n_waiting * sizeof *l->waiting);
	if (l->n_sent > 0 && l->sent[0].mark <= bytes)
		out_sync(l->c); /* the spool forgets it */
	for (n = 0; n < l->n_sent && l->sent[n].mark <= bytes; n++)
		spool_written(l->spool, l->sent[n].seq, l->sent[n].bytes);
	l->n_sent -= n;
	if (n > 0 && l->n_sent > 0)
		memmove(l->sent, l->sent + n, l->n_sent * sizeof *l->sent);
	return 0;
}

static int stop(void *ctx, struct err *e)
{
	struct listener *l = ctx;

	(void)e;
	l->stopping = true;
	server_quiesce(l->server);
	return 0;
}

static bool active(const void *ctx)
{
	const struct listener *l = ctx;

	return !l->stopping || server_busy(l->server) > 0 || l->n_waiting > 0;
}

/* The last answers go out. */
static int finish(void *ctx, struct err *e)
{
	struct listener *l = ctx;

	return server_step(l->server, e);
}

static void close_source(void *ctx)
{
	listener_free(ctx);
}

struct source listener_source(struct listener *l)
{
	return (struct source){l, wait_for, step, written, stop, active, finish, close_source};
}
