/*
 * What may be asked of the listener, and by whom. A request is refused before its body is
 * read wherever its head tells enough.
 */
#include "aiops-ingest/live/listen_impl.h"
#include "base/digest.h"
#include "net/gunzip.h"

enum place { PLACE_NONE, PLACE_EVENTS, PLACE_HEALTHY, PLACE_METRICS };

/* ---- where to ---- */

static enum place place_of(const struct listener *l, struct exchange *x,
			   const struct format **format)
{
	struct span path = exchange_path(x);

	*format = l->prepared->format;
	if (span_is(path, "/-/healthy"))
		return PLACE_HEALTHY;
	if (span_is(path, "/metrics"))
		return PLACE_METRICS;
	if (span_is(path, "/") || span_is(path, "/events"))
		return PLACE_EVENTS;
	if (path.len < 2)
		return PLACE_NONE;
	if (span_is(path, "/auto")) {
		*format = NULL;
		return PLACE_EVENTS;
	}
	*format = format_named(l->prepared->maps, exchange_path(x).data + 1);
	return *format ? PLACE_EVENTS : PLACE_NONE;
}

static bool method_fits(enum place t, struct exchange *x)
{
	struct span method = exchange_method(x);

	if (t == PLACE_EVENTS) {
		if (span_is(method, "POST"))
			return true;
		exchange_set(x, "Allow", "POST");
	} else {
		if (span_is(method, "GET") || span_is(method, "HEAD"))
			return true;
		exchange_set(x, "Allow", "GET, HEAD");
	}
	answer_error(x, 405, "method", "this path does not know the method");
	return false;
}

/* ---- in which shape ---- */

static bool starts_nocase(struct span s, struct span prefix)
{
	return s.len >= prefix.len && span_eq_nocase(span_of(s.data, prefix.len), prefix);
}

/* Everything that can be text: many senders say nothing or what their library says. */
static bool type_fits(struct exchange *x)
{
	static const char *const never[] = {"multipart/",
					    "image/",
					    "audio/",
					    "video/",
					    "application/x-protobuf",
					    "application/protobuf",
					    "application/grpc",
					    "application/zip",
					    "application/pdf",
					    NULL};
	struct span type = span_trim(exchange_header(x, "Content-Type"));

	for (size_t i = 0; never[i]; i++)
		if (starts_nocase(type, span_cstr(never[i])))
			return false;
	return true;
}

static bool is_packed(struct span coding)
{
	return span_eq_nocase(coding, SPAN("gzip")) || span_eq_nocase(coding, SPAN("x-gzip")) ||
	       span_eq_nocase(coding, SPAN("deflate"));
}

static bool shape_fits(struct exchange *x)
{
	struct span coding = span_trim(exchange_header(x, "Content-Encoding"));

	if (coding.len > 0 && !span_eq_nocase(coding, SPAN("identity")) && !is_packed(coding))
		answer_error(x, 415, "content_encoding", "known are gzip, deflate and identity");
	else if (!type_fits(x))
		answer_error(x, 415, "content_type", "the body must be JSON or text");
	else
		return true;
	return false;
}

/* ---- by whom ---- */

static void refuse_sender(struct exchange *x, int status, const char *error, const char *message)
{
	if (status == 401)
		exchange_set(x, "WWW-Authenticate", "Bearer");
	answer_error(x, status, error, message);
}

static bool wants_signature(const struct listener *l, struct exchange *x)
{
	return l->keys.n > 0 &&
	       (l->tokens.n == 0 ||
		exchange_header(x, hmac_signature_header(l->o->hmac_style)).data != NULL);
}

/* A token is checked at once; a signature only covers the body, so that it is there must do. */
static bool sender_may_begin(const struct listener *l, struct exchange *x)
{
	if (wants_signature(l, x)) {
		if (exchange_header(x, hmac_signature_header(l->o->hmac_style)).data)
			return true;
		refuse_sender(x, 401, "unsigned", "a signature is wanted");
		return false;
	}
	if (l->tokens.n == 0)
		return true;
	switch (auth_bearer(&l->tokens, exchange_header(x, "Authorization"))) {
	case AUTH_OK:
		return true;
	case AUTH_MISSING:
		refuse_sender(x, 401, "no_token", "a bearer token is wanted");
		return false;
	default:
		refuse_sender(x, 401, "wrong_token", "the bearer token is not known");
		return false;
	}
}

static bool signature_fits(const struct listener *l, struct exchange *x)
{
	enum hmac_style style = l->o->hmac_style;
	const char *time = hmac_time_header(style);

	switch (auth_hmac(style, &l->keys, exchange_header(x, hmac_signature_header(style)),
			  time ? exchange_header(x, time) : SPAN_NONE, exchange_body(x),
			  listener_now_ms(l) / 1000, l->o->replay_window_ms / 1000)) {
	case AUTH_OK:
		return true;
	case AUTH_STALE:
		refuse_sender(x, 403, "stale", "signed for a time outside of the replay window");
		return false;
	case AUTH_MISSING:
		refuse_sender(x, 401, "unsigned", "a signature and its time are wanted");
		return false;
	default:
		refuse_sender(x, 403, "wrong_signature", "the signature is not of this body");
		return false;
	}
}

/* ---- the two callbacks ---- */

static void on_head(void *ctx, struct exchange *x)
{
	const struct listener *l = ctx;
	const struct format *format;
	enum place t = place_of(l, x, &format);

	if (t == PLACE_NONE) {
		answer_error(x, 404, "not_found",
			     "known are /, /events, /FORMAT, /-/healthy and /metrics");
		return;
	}
	if (!method_fits(t, x) || t != PLACE_EVENTS)
		return;
	if (!sender_may_begin(l, x) || !shape_fits(x))
		return;
	if (l->stopping)
		answer_later(x, "this server is about to end");
	else if (listener_is_full(l, 0))
		answer_later(x, "what was taken before is not yet written");
}

static void show_metrics(struct listener *l, struct exchange *x)
{
	struct span accept = exchange_header(x, "Accept");
	bool openmetrics = span_find(accept, SPAN("application/openmetrics-text")) != NULL;
	struct metrics *m = &l->metrics;
	struct buf text = BUF_INIT(1 << 16);
	int64_t oldest_ms;
	int rc;

	m->has_spool = l->spool != NULL;
	m->pending_bytes = (int64_t)out_pending(l->c);
	m->connections_busy = (int64_t)server_busy(l->server);
	if (l->spool) {
		m->spool_deliveries = spool_deliveries(l->spool);
		m->spool_bytes = spool_bytes(l->spool);
		m->spool_age_s = 0;
		rc = spool_oldest(l->spool, &oldest_ms, &l->failure);
		if (rc > 0 && oldest_ms < listener_now_ms(l))
			m->spool_age_s = (double)(listener_now_ms(l) - oldest_ms) / 1000;
	}
	metrics_add_text(m, openmetrics, &text);
	exchange_answer(x, 200, metrics_content_type(openmetrics), buf_span(&text));
	buf_release(&text);
}

static void take_packed(struct listener *l, struct exchange *x, const struct format *format,
			struct span digest)
{
	struct buf body = BUF_INIT(l->o->max_body);
	struct err why = ERR_INIT;

	if (gunzip(exchange_body(x), &body, &why) == 0)
		listener_take(l, x, format, buf_span(&body), digest);
	else
		answer_error(x, why.code == EX_POLICY ? 413 : 400,
			     why.code == EX_POLICY ? "too_large" : "content_encoding", why.text);
	buf_release(&body);
}

/* What was signed, not the signature: that can be spelt in several ways. */
static void digest_signed(const struct listener *l, struct exchange *x,
			  char hex[static DIGEST_HEX + 1])
{
	const char *time = hmac_time_header(l->o->hmac_style);
	struct span parts[] = {time ? exchange_header(x, time) : SPAN_NONE, SPAN(":"),
			       exchange_body(x)};
	struct digest d = digest_of(parts, sizeof parts / sizeof *parts);

	digest_hex(&d, hex);
}

static void take_events(struct listener *l, struct exchange *x, const struct format *format)
{
	struct span digest = SPAN_NONE;
	char hex[DIGEST_HEX + 1];

	if (wants_signature(l, x)) {
		if (!signature_fits(l, x))
			return;
		digest_signed(l, x, hex);
		digest = span_cstr(hex);
		if (replay_seen(&l->replay, digest, listener_now_ms(l))) {
			l->metrics.replays++;
			answer_replay(x);
			return;
		}
	}
	if (is_packed(span_trim(exchange_header(x, "Content-Encoding"))))
		take_packed(l, x, format, digest);
	else
		listener_take(l, x, format, exchange_body(x), digest);
}

static void on_request(void *ctx, struct exchange *x)
{
	struct listener *l = ctx;
	const struct format *format;

	switch (place_of(l, x, &format)) {
	case PLACE_HEALTHY:
		exchange_answer(x, 200, "text/plain; charset=utf-8", SPAN("ok\n"));
		break;
	case PLACE_METRICS:
		show_metrics(l, x);
		break;
	default:
		take_events(l, x, format);
		break;
	}
}

static void on_done(void *ctx, int status, double seconds)
{
	metrics_request(&((struct listener *)ctx)->metrics, status, seconds);
}

const struct server_ops listener_server_ops = {on_head, on_request, on_done};
