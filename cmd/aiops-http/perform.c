#include "aiops-http/perform.h"

#include <stdlib.h>
#include <string.h>

#include "aiops-http/request.h"
#include "base/file.h"
#include "base/secret.h"
#include "net/http.h"

enum { SECRET_MAX = 8192 };

/* ---- credentials ---- */

static int read_secret(const struct credential *c, struct buf *out, struct err *e)
{
	const char *value;

	if (c->file)
		return secret_read(c->file, out, e);
	value = cli_getenv(c->env);
	if (!value || value[strcspn(value, "\r\n")])
		return err_set(e, EX_UNREADABLE, "the variable %s %s", c->env,
			       value ? "holds more than one line" : "is not set");
	buf_add_cstr(out, value);
	return 0;
}

/* The header that carries the credential, into out; nothing if there is none. */
static int write_credential(const struct credential *c, struct buf *out, struct err *e)
{
	struct buf secret = BUF_INIT(SECRET_MAX);
	struct span s;
	const char *colon;
	int rc = 0;

	if (c->kind == CREDENTIAL_NONE)
		return 0;
	if (read_secret(c, &secret, e) != 0) {
		secret_release(&secret);
		return -1;
	}
	s = buf_span(&secret);
	colon = s.len ? memchr(s.data, ':', s.len) : NULL;
	if (c->kind == CREDENTIAL_BASIC && colon) {
		http_add_basic(out, span_of(s.data, (size_t)(colon - s.data)),
			       span_of(colon + 1, s.len - (size_t)(colon - s.data) - 1));
	} else if (c->kind == CREDENTIAL_BASIC) {
		rc = err_set(e, EX_BADDATA, "the credential is not USER:PASSWORD");
	} else {
		buf_addf(out, "%s: %s", c->header ? c->header : "Authorization",
			 c->header ? "" : "Bearer ");
		buf_add_span(out, s);
	}
	secret_release(&secret);
	return rc;
}

/* ---- the call ---- */

/* Beside a URL that is a secret itself, nothing of it may be shown. */
static int secret_url(struct request *r, struct err *e)
{
	struct buf url = BUF_INIT(SECRET_MAX);
	int rc = 0;

	if (r->url_file)
		rc = secret_read(r->url_file, &url, e);
	if (r->url_file && rc == 0)
		r->url = buf_take(&url);
	secret_release(&url);
	return rc;
}

/* What became of a call without an answer. */
static int without_answer(struct cli *c, const struct http_call *call, const struct err *why)
{
	msg(c, MSG_ERROR, NULL, "%s: %s",
	    call && http_was_sent(call) ? "no answer to what was sent" : "not sent", why->text);
	return call && http_was_sent(call) ? HTTP_EXIT_UNKNOWN : why->code;
}

static int answered(struct cli *c, const struct request *r, const struct http_answer *a)
{
	bool accepted = request_accepts(r, a->status);

	out_write(c, a->body);
	msg(c, accepted ? MSG_INFO : MSG_ERROR, NULL, "status %d", a->status);
	return accepted ? EX_DONE : HTTP_EXIT_STATUS;
}

static int call_it(struct cli *c, const struct request *r, const char *const *headers,
		   struct err *e)
{
	struct http_request q = {
		.method = r->method,
		.url = r->url,
		.headers = headers,
		.body = span_of(r->body, r->body_len),
		.max_body_bytes = r->max_body_bytes,
		.deadline_ms = r->deadline_ms,
		.flags = (r->credential.kind || r->url_file ? HTTP_SECRET : 0u) |
			 (r->plain_secret ? HTTP_PLAIN_SECRET : 0u),
	};
	struct http_options o = {.user_agent = "aiops-runbook",
				 .ca_file = r->ca_file,
				 .connect_ms = r->deadline_ms,
				 .env = cli_env(c)};
	struct http_client *client;
	struct http_call *call = NULL;
	struct http_answer answer;
	struct err why = ERR_INIT;
	int code;

	if (http_client_new(&o, &client, e) != 0)
		return -1;
	code = http_perform(client, &q, NULL, &call, &answer, &why) == 0
		       ? answered(c, r, &answer)
		       : without_answer(c, call, &why);
	http_call_free(call);
	http_client_free(client);
	return code;
}

static int perform(struct cli *c, struct request *r, struct err *e)
{
	const char *headers[REQUEST_HEADERS + 2] = {NULL};
	struct buf credential = BUF_INIT(2 * SECRET_MAX);
	int code = -1;

	for (size_t i = 0; i < r->n_headers; i++)
		headers[i] = r->headers[i];
	if (write_credential(&r->credential, &credential, e) == 0 && secret_url(r, e) == 0) {
		if (credential.len)
			headers[r->n_headers] = buf_cstr(&credential);
		code = call_it(c, r, headers, e);
	}
	secret_release(&credential);
	return code;
}

int perform_run(struct cli *c)
{
	struct buf document = BUF_INIT(REQUEST_MAX);
	struct request r = {0};
	struct err e = ERR_INIT;
	int code = -1;

	if (file_read("-", &document, &e) == 0 && request_parse(buf_span(&document), &r, &e) == 0)
		code = perform(c, &r, &e);
	if (code < 0)
		code = msg_err(c, NULL, &e);
	request_release(&r);
	secret_release(&document); /* its body may hold one */
	return code;
}
