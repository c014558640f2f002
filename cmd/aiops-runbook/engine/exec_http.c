#include "aiops-runbook/engine/exec_http.h"

#include "aiops-runbook/schema/secret_ref.h"
#include "base/num.h"

enum { DOCUMENT_TEXT_MAX = 512 << 10, EXIT_STATUS_REFUSED = 10, EXIT_UNKNOWN = 11 };

static void write_body_text(struct jsonw *w, const char *key, struct buf *text)
{
	jsonw_member(w, key, text->data ? buf_span(text) : SPAN(""));
}

static int write_url(const struct http *h, const struct runbook *rb, const struct bindings *b,
		     struct jsonw *w, struct err *e)
{
	struct buf url = BUF_INIT(DOCUMENT_TEXT_MAX);
	int rc = http_render_url(h, rb, b, &url, e);

	if (rc == 0)
		rc = err_set(e, EX_BADDATA, "a value in the url is not known");
	if (rc == 1)
		write_body_text(w, "url", &url);
	buf_release(&url);
	return rc == 1 ? 0 : -1;
}

static void write_header(struct jsonw *w, struct span name, struct span value)
{
	struct buf line = BUF_INIT(DOCUMENT_TEXT_MAX);

	buf_add_span(&line, name);
	buf_add_cstr(&line, ": ");
	buf_add_span(&line, value);
	jsonw_string(w, buf_span(&line));
	buf_release(&line);
}

/* What the body is in, unless the runbook says it. */
static const char *body_type(const struct http *h)
{
	for (size_t i = 0; i < h->n_headers; i++)
		if (span_eq_nocase(h->headers[i].name, SPAN("Content-Type")))
			return NULL;
	return h->body == BODY_JSON   ? "application/json"
	       : h->body == BODY_FORM ? "application/x-www-form-urlencoded"
	       : h->body == BODY_TEXT ? "text/plain; charset=utf-8"
				      : NULL;
}

static int write_headers(const struct http *h, const struct bindings *b, struct span key,
			 struct jsonw *w, struct err *e)
{
	struct buf value = BUF_INIT(DOCUMENT_TEXT_MAX);
	int rc = 0;

	jsonw_key(w, "headers");
	jsonw_array(w);
	if (body_type(h))
		write_header(w, SPAN("Content-Type"), span_cstr(body_type(h)));
	if (h->idempotency_key)
		write_header(w, SPAN("Idempotency-Key"), key);
	for (size_t i = 0; i < h->n_headers && rc == 0; i++) {
		buf_clear(&value);
		if (!template_render(&h->headers[i].value, b, &value))
			rc = err_set(e, EX_BADDATA, "a value in the header %s is not known",
				     h->headers[i].name.data);
		else
			write_header(w, h->headers[i].name, buf_span(&value));
	}
	jsonw_array_end(w);
	buf_release(&value);
	return rc;
}

static int write_body(const struct http *h, const struct runbook *rb, const struct bindings *b,
		      struct jsonw *w, struct err *e)
{
	struct buf body = BUF_INIT(DOCUMENT_TEXT_MAX);
	int rc = 0;

	if (!http_render_body(h, rb, b, &body))
		rc = err_set(e, EX_BADDATA, "a value in the body is not known");
	else if (buf_overflowed(&body))
		rc = err_set(e, EX_BADDATA, "the body is longer than %d bytes", DOCUMENT_TEXT_MAX);
	else if (h->body != BODY_NONE)
		write_body_text(w, "body", &body);
	buf_release(&body);
	return rc;
}

static int write_auth(const struct http *h, const struct bindings *b, struct jsonw *w,
		      struct err *e)
{
	struct buf text = BUF_INIT(PARAM_LONGEST + 1);
	struct secret_ref ref;
	int rc = 0;

	if (h->auth == HTTP_AUTH_NONE)
		return 0;
	if (!template_render(&h->secret, b, &text) || !secret_ref_parse(buf_span(&text), &ref)) {
		rc = err_set(e, EX_BADDATA, "the credential is not named");
	} else {
		jsonw_key(w, "auth");
		jsonw_object(w);
		jsonw_member(w, "kind", span_cstr(http_auth_names[h->auth]));
		jsonw_member_opt(w, "header", h->auth_header);
		if (ref.is_file)
			jsonw_member(w, "file", ref.name);
		else
			jsonw_member(w, "env", SPAN(HTTP_SECRET_VARIABLE));
		jsonw_object_end(w);
	}
	buf_release(&text);
	return rc;
}

int exec_http_write(const struct cmd *c, const struct runbook *rb, const struct bindings *b,
		    struct span key, int64_t timeout_ms, struct buf *out, struct err *e)
{
	const struct http *h = c->http;
	struct jsonw w = jsonw_to(out);

	jsonw_object(&w);
	jsonw_member(&w, "method", span_cstr(http_method_names[h->method]));
	if (write_url(h, rb, b, &w, e) != 0 || write_headers(h, b, key, &w, e) != 0 ||
	    write_body(h, rb, b, &w, e) != 0 || write_auth(h, b, &w, e) != 0)
		return -1;
	if (h->status.n) {
		jsonw_key(&w, "status");
		jsonw_array(&w);
		for (size_t i = 0; i < h->status.n; i++)
			jsonw_string(&w, h->status.items[i]);
		jsonw_array_end(&w);
	}
	jsonw_member_i64(&w, "deadline_ms", timeout_ms);
	jsonw_member_i64(&w, "max_body_bytes", (int64_t)c->output_limit);
	jsonw_member_opt(&w, "ca_file", h->ca_file);
	if (h->plain_secret)
		jsonw_member_bool(&w, "plain_secret", true);
	jsonw_object_end(&w);
	if (buf_overflowed(out))
		return err_set(e, EX_BADDATA, "the request is too long");
	return 0;
}

/* ---- the end ---- */

enum ending ending_of(const struct cmd *c, const struct proc_result *r)
{
	if (r->timed_out || r->interrupted || r->signal)
		return ENDING_UNKNOWN;
	if (!c->http || r->exit_status == 0 || r->exit_status == EXIT_STATUS_REFUSED)
		return ENDING_ANSWERED;
	/* What aiops-http itself does not say is no proof that nothing was sent. */
	switch (r->exit_status) {
	case EX_BADUSAGE:
	case EX_BADDATA:
	case EX_UNREADABLE:
	case EX_REMOTE:
	case EX_TRYLATER:
	case EX_POLICY:
		return ENDING_NOT_SENT;
	default:
		return ENDING_UNKNOWN;
	}
}

int http_status_of(const struct proc_result *r)
{
	struct span text = buf_span(&r->err.kept);
	const char *at = text.len ? span_find(text, SPAN(": status ")) : NULL;
	struct err ignored = ERR_INIT;
	int64_t status;

	if (!at || at + 12 > text.data + text.len ||
	    num_parse_i64(span_of(at + 9, 3), 100, 599, &status, &ignored) != 0)
		return 0;
	return (int)status;
}
