#include "aiops-ingest/live/poll.h"

#include <stdlib.h>

#include "aiops-ingest/live/poll_impl.h"
#include "aiops-ingest/live/poll_url.h"
#include "base/mem.h"
#include "base/secret.h"

enum { HEADER_MAX = 8192, FDS = 8 };

/* Between failures, where every_ms is not longer. */
static const struct backoff failures_wait = {1000, 5 * 60 * 1000};

/* ---- what comes out ---- */

/* Only what was not given before; what has no id (control lines) passes. */
static void on_emit(void *ctx, struct span line)
{
	struct poller *p = ctx;
	static const char zeros[RECORD_PADDING];
	struct sink sink = outlet_sink(p->outlet);
	struct err ignored = ERR_INIT;
	enum reject_code why;
	struct span id = SPAN_NONE;

	buf_clear(&p->padded);
	buf_add_span(&p->padded, line);
	buf_add(&p->padded, zeros, sizeof zeros);
	if (!buf_overflowed(&p->padded) &&
	    record_parse(p->parser, p->padded.data, line.len, &why, &ignored) == 0)
		id = record_text(p->parser, "id");
	if (!id.len || seen_add(&p->seen, id))
		sink.emit(sink.ctx, line);
}

static void on_control(void *ctx, struct span line, bool barrier)
{
	/* Whoever answers may not move our clock. */
	(void)ctx;
	(void)line;
	(void)barrier;
}

static int on_reject(void *ctx, const char *input, int64_t line, const char *code,
		     const char *message, struct span raw, struct err *e)
{
	struct sink sink = outlet_sink(((struct poller *)ctx)->outlet);

	return sink.reject(sink.ctx, input, line, code, message, raw, e);
}

static void on_warn(void *ctx, const char *input, int64_t line, const char *message)
{
	struct sink sink = outlet_sink(((struct poller *)ctx)->outlet);

	sink.warn(sink.ctx, input, line, message);
}

/* ---- a call ---- */

static int64_t wall_ms(const struct poller *p)
{
	return env_now_ns(cli_env(p->c)) / NS_PER_MS;
}

static int start(struct poller *p, struct err *e)
{
	const char *headers[2] = {p->authorization.len ? buf_cstr(&p->authorization) : NULL, NULL};
	struct buf url = BUF_INIT(64 << 10);
	int rc;

	p->asked_ns = env_now_ns(cli_env(p->c));
	poll_url_expand(p->o.url, p->since_ns, p->asked_ns, &url);
	rc = http_start(p->http,
			&(struct http_request){
				.method = "GET",
				.url = buf_cstr(&url),
				.headers = headers,
				.max_body_bytes = p->o.max_answer,
				.deadline_ms = p->o.timeout_ms,
				.flags = (p->authorization.len ? HTTP_SECRET : 0u) |
					 (p->o.plain_secret ? HTTP_PLAIN_SECRET : 0u),
			},
			&p->call, e);
	p->began_ms = env_ticks_ms(cli_env(p->c));
	buf_release(&url);
	return rc;
}

static void ask_again_in(struct poller *p, int64_t ms)
{
	p->next_ms = env_ticks_ms(cli_env(p->c)) + ms;
}

static void end_call(struct poller *p, enum breaker_result result)
{
	int64_t took = env_ticks_ms(cli_env(p->c)) - p->began_ms;

	if (breaker_report(&p->breaker, &breaker_calls, p->permit, result, took, wall_ms(p)))
		msg(p->c, MSG_WARNING, p->name, "%s fails again and again: not asked for a while",
		    buf_cstr(&p->origin));
	http_call_free(p->call);
	p->call = NULL;
}

static void failed(struct poller *p, int64_t retry_after_ms, int code, const char *why)
{
	uint64_t random;
	int64_t wait;

	p->failures++;
	if (p->tallies)
		tallies_of(p->tallies, span_cstr(p->name))->failures++;
	env_random(cli_env(p->c), (uint8_t *)&random, sizeof random);
	wait = backoff_ms(&failures_wait, p->failures, random);
	if (wait < p->o.every_ms)
		wait = p->o.every_ms;
	if (retry_after_ms > wait)
		wait = retry_after_ms;
	msg(p->c, MSG_WARNING, p->name, "%s: %s", buf_cstr(&p->origin), why);
	end_call(p, BREAKER_FAILED);
	ask_again_in(p, wait);
	p->code = code;
	p->over = p->o.every_ms == 0;
	/* The breaker is to be remembered, but no answer before its records are out. */
	if (!p->waiting_to_save)
		p->delivered_at = 0;
	p->waiting_to_save = true;
}

static int take(struct poller *p, struct span body, struct err *e)
{
	feed_begin(p->feed, p->name);
	if (feed_bytes(p->feed, body, e) != 0 || feed_end(p->feed, e) != 0)
		return -1;
	feed_alive(p->feed);
	seen_turn(&p->seen);
	p->bytes += body.len;
	/* The next span overlaps this one: what reached the server late is not missed, and what
	 * was given is known by its id. */
	p->since_ns = p->asked_ns - (p->o.every_ms > 0 ? p->o.every_ms : 0) * NS_PER_MS;
	p->delivered_at = out_total(p->c);
	p->waiting_to_save = true;
	return 0;
}

static int succeeded(struct poller *p, struct span body, struct err *e)
{
	int rc = take(p, body, e);

	p->failures = 0;
	p->code = EX_DONE;
	end_call(p, BREAKER_SUCCEEDED);
	ask_again_in(p, p->o.every_ms);
	p->over = p->o.every_ms == 0;
	return rc;
}

static int take_answer(struct poller *p, struct err *e)
{
	struct err why = ERR_INIT;
	struct http_answer a;
	struct buf text = BUF_INIT(256);

	if (http_answer_of(p->call, &a, &why) != 0) {
		failed(p, -1, why.code, why.text);
		return 0;
	}
	if (a.status == 200)
		return succeeded(p, a.body, e);
	buf_addf(&text, "answer %d", a.status);
	failed(p, a.retry_after_ms, a.status == 429 || a.status >= 500 ? EX_TRYLATER : EX_REMOTE,
	       buf_cstr(&text));
	buf_release(&text);
	return 0;
}

/* ---- as a source ---- */

static void poll_wait(void *ctx, bool paused, struct wait_set *w)
{
	struct poller *p = ctx;
	struct pollfd fds[FDS];
	int64_t ms;
	size_t n;

	if (!p->call) {
		if (!paused && !p->stopping && !p->over)
			wait_until(w, p->next_ms);
		return;
	}
	n = http_fds(p->http, fds, FDS);
	for (size_t i = 0; i < n && i < FDS; i++)
		wait_for_fd(w, fds[i].fd, fds[i].events);
	ms = http_timeout_ms(p->http);
	if (ms >= 0)
		wait_until(w, env_ticks_ms(cli_env(p->c)) + ms);
}

static int poll_begin(struct poller *p, struct err *e)
{
	int64_t retry_ms;

	if (!breaker_try(&p->breaker, &breaker_calls, wall_ms(p), &p->permit, &retry_ms)) {
		ask_again_in(p, retry_ms);
		if (p->o.every_ms == 0) {
			p->over = true;
			p->code = EX_TRYLATER;
			msg(p->c, MSG_ERROR, p->name,
			    "%s has failed again and again: not asked for "
			    "another %lld s",
			    buf_cstr(&p->origin), (long long)(retry_ms / 1000));
		}
		return 0;
	}
	return start(p, e);
}

static int poll_step(void *ctx, bool paused, int64_t now_ms, struct err *e)
{
	struct poller *p = ctx;

	if (!p->call) {
		if (paused || p->stopping || p->over || now_ms < p->next_ms)
			return 0;
		if (poll_begin(p, e) != 0 || !p->call)
			return e->code ? -1 : 0;
	}
	http_step(p->http);
	return http_done(p->call) ? take_answer(p, e) : 0;
}

static int poll_written(void *ctx, uint64_t bytes, struct err *e)
{
	struct poller *p = ctx;

	if (!p->waiting_to_save || bytes < p->delivered_at)
		return 0;
	p->waiting_to_save = false;
	return poll_state_save(p, e);
}

/* An answer that is half read will come again. */
static int poll_stop(void *ctx, struct err *e)
{
	struct poller *p = ctx;

	(void)e;
	p->stopping = true;
	if (p->call)
		end_call(p, BREAKER_NOT_MADE);
	return 0;
}

static bool poll_active(const void *ctx)
{
	const struct poller *p = ctx;

	return !p->stopping && (!p->over || p->call);
}

/* A breaker that heard of a failure while nothing was written. */
static int poll_finish(void *ctx, struct err *e)
{
	struct poller *p = ctx;

	return p->waiting_to_save && p->delivered_at == 0 ? poll_state_save(p, e) : 0;
}

static void poll_close(void *ctx)
{
	poller_free(ctx);
}

struct source poller_source(struct poller *p)
{
	return (struct source){
		.ctx = p,
		.wait = poll_wait,
		.step = poll_step,
		.written = poll_written,
		.stop = poll_stop,
		.active = poll_active,
		.finish = poll_finish,
		.close = poll_close,
	};
}

/* ---- made and ended ---- */

/* What the URL of the first call looks like must be known before anything starts. */
static int check_url(struct poller *p, struct err *e)
{
	struct buf url = BUF_INIT(64 << 10);
	int rc;

	poll_url_expand(p->o.url, 0, 0, &url);
	if (buf_overflowed(&url))
		rc = err_set(e, EX_BADUSAGE, "the URL is too long");
	else
		rc = http_origin(buf_cstr(&url), &p->origin, e);
	buf_release(&url);
	return rc;
}

int poller_new(struct cli *c, const char *name, const struct poll_options *o,
	       const struct prepared *prepared, struct outlet *outlet, struct state *state,
	       struct poller **out, struct err *e)
{
	struct poller *p = mem_zalloc(sizeof *p);
	struct sink sink = {p, on_emit, on_control, on_reject, on_warn};

	p->c = c;
	p->name = name;
	p->o = *o;
	p->outlet = outlet;
	p->state = state;
	p->tallies = prepared->opt.tallies;
	buf_init(&p->origin, HEADER_MAX);
	buf_init(&p->authorization, HEADER_MAX);
	buf_init(&p->padded, prepared->opt.max_record + (1 << 20));
	seen_init(&p->seen);
	p->parser = record_new(prepared->opt.max_record + (1 << 20) - RECORD_PADDING);
	p->feed = feed_new(prepared->format, &prepared->opt, &sink, cli_env(c));
	p->next_ms = env_ticks_ms(cli_env(c));
	p->since_ns = env_now_ns(cli_env(c)) - o->since_ms * NS_PER_MS;
	if (check_url(p, e) != 0 ||
	    http_read_authorization(o->bearer_file, o->basic_file, &p->authorization, e) != 0 ||
	    http_client_new(&(struct http_options){.user_agent = "aiops-ingest",
						   .ca_file = o->ca_file,
						   .env = cli_env(c)},
			    &p->http, e) != 0 ||
	    poll_state_load(p, e) != 0) {
		poller_free(p);
		return -1;
	}
	*out = p;
	return 0;
}

void poller_free(struct poller *p)
{
	if (!p)
		return;
	http_call_free(p->call);
	http_client_free(p->http);
	feed_free(p->feed);
	record_free(p->parser);
	seen_release(&p->seen);
	secret_release(&p->authorization);
	buf_release(&p->origin);
	buf_release(&p->padded);
	free(p);
}

struct ingest_counts poller_counts(const struct poller *p)
{
	return *feed_counts(p->feed);
}

uint64_t poller_bytes(const struct poller *p)
{
	return p->bytes;
}

int poller_failure(const struct poller *p)
{
	return p->o.every_ms == 0 ? p->code : EX_DONE;
}
