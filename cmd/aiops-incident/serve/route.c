/*
 * Which request gets which answer, and who may ask.
 */
#include "aiops-incident/serve/serve.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>

#include "record/jsonw.h"

void answer_json(struct exchange *x, int status, struct span body)
{
	exchange_set(x, "Cache-Control", "no-store");
	exchange_answer(x, status, "application/json", body);
}

void answer_problem(struct exchange *x, int status, const char *word, const char *fmt, ...)
{
	struct buf body = BUF_INIT(8192);
	struct jsonw w = jsonw_to(&body);
	char text[1000];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap); /* a longer one is cut */
	va_end(ap);
	jsonw_object(&w);
	jsonw_member(&w, "error", span_cstr(word));
	jsonw_member(&w, "message", span_cstr(text));
	jsonw_object_end(&w);
	buf_add_char(&body, '\n');
	answer_json(x, status, buf_span(&body));
	buf_release(&body);
}

void answer_store_failed(struct service *s, struct exchange *x, const struct err *e)
{
	struct err why = *e;

	(void)msg_err(s->c, NULL, &why); /* it is not the end: it may be mended */
	store_close(s->store);
	s->store = NULL;
	answer_problem(x, 500, "store", "the register cannot be read");
}

/* The register may be made while we run, or another one be put in its place. */
static bool open_store(struct service *s, struct exchange *x)
{
	struct err e = ERR_INIT;
	struct stat st;

	if (stat(cli_db_path(s->c), &st) != 0)
		st = (struct stat){0};
	if (s->store && (st.st_dev != s->device || st.st_ino != s->inode)) {
		store_close(s->store);
		s->store = NULL;
	}
	s->device = st.st_dev;
	s->inode = st.st_ino;
	if (s->store || register_open_readonly(cli_db_path(s->c), &s->store, &e) == 0)
		return true;
	answer_store_failed(s, x, &e);
	return false;
}

static bool may_ask(struct service *s, struct exchange *x)
{
	if (s->tokens.n == 0 ||
	    auth_bearer_or_basic(&s->tokens, exchange_header(x, "Authorization")) == AUTH_OK)
		return true;
	/* Basic makes a browser ask for the token. */
	exchange_set(x, "WWW-Authenticate", "Basic realm=\"aiops\", charset=\"UTF-8\"");
	answer_problem(x, 401, "unauthorized", "a token is needed");
	return false;
}

/* What stands behind prefix in the path, if that is one word; else SPAN_NONE. */
static struct span word_behind(struct span path, const char *prefix)
{
	size_t n = strlen(prefix);

	if (!span_starts(path, prefix) || path.len == n || memchr(path.data + n, '/', path.len - n))
		return SPAN_NONE;
	return span_of(path.data + n, path.len - n);
}

static void route(struct service *s, struct exchange *x)
{
	struct span path = exchange_path(x), id;

	if (span_is(path, "/"))
		html_board(s, x);
	else if ((id = word_behind(path, "/incidents/")).data)
		html_one(s, x, id);
	else if (span_is(path, "/aiops/incidents"))
		api_list(s, x);
	else if ((id = word_behind(path, "/aiops/incidents/")).data)
		api_one(s, x, id);
	else if (span_is(path, "/metrics"))
		api_metrics(s, x);
	else
		answer_problem(
			x, 404, "not_found",
			"nothing is here; try /, /aiops/incidents, /aiops/incidents/ID, /metrics");
}

void service_request(void *ctx, struct exchange *x)
{
	struct service *s = ctx;
	struct span method = exchange_method(x);

	if (span_is(exchange_path(x), "/healthz")) {
		exchange_answer(x, 200, "text/plain", SPAN("ok\n"));
		return;
	}
	if (span_is(exchange_path(x), "/slack/actions") && span_is(method, "POST")) {
		slack_request(s, x); /* signed: it needs no token */
		return;
	}
	if (!span_is(method, "GET") && !span_is(method, "HEAD")) {
		exchange_set(x, "Allow", "GET, HEAD");
		answer_problem(x, 405, "method", "this is for reading: use GET");
		return;
	}
	if (may_ask(s, x) && open_store(s, x))
		route(s, x);
}
