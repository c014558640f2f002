/*
 * An HTTP request of a runbook: a step of the type http, or `http` where a
 * command may stand. What is filled in stays inside its place: percent-encoded
 * in a URL, quoted in JSON, one line in a header. A credential is named, never
 * written: "file:/path" or "env:NAME".
 */
#ifndef AIOPS_RUNBOOK_HTTP_H
#define AIOPS_RUNBOOK_HTTP_H

#include "aiops-runbook/schema/model.h"
#include "base/buf.h"
#include "base/err.h"
#include "record/jsonw.h"

enum http_method {
	METHOD_GET,
	METHOD_HEAD,
	METHOD_POST,
	METHOD_PUT,
	METHOD_PATCH,
	METHOD_DELETE,
};
extern const char *const http_method_names[];

enum http_auth { HTTP_AUTH_NONE, HTTP_AUTH_BEARER, HTTP_AUTH_BASIC, HTTP_AUTH_HEADER };
extern const char *const http_auth_names[];

struct http_field {
	struct span name;
	struct template value;
};

/* A JSON body as the sequence of what is written. */
enum json_part_kind {
	JSON_OBJECT,
	JSON_OBJECT_END,
	JSON_ARRAY,
	JSON_ARRAY_END,
	JSON_KEY,
	JSON_TEXT,  /* value, as a string */
	JSON_TOKEN, /* value, as it is written: a number, true, false, null */
};
struct json_part {
	enum json_part_kind kind;
	struct span key;
	struct template value;
};

enum http_body { BODY_NONE, BODY_TEXT, BODY_JSON, BODY_FORM };

struct http {
	struct pos at;
	struct span step; /* the id of the step that it is of: its idempotency key */
	enum http_method method;
	struct template url;
	struct words allowed_hosts;
	struct http_field *headers, *form;
	size_t n_headers, n_form;
	enum http_body body;
	struct span text; /* BODY_TEXT: constant */
	struct json_part *json;
	size_t n_json;
	enum http_auth auth;
	struct span auth_header;
	struct template secret; /* file:PATH, env:NAME, or {{a parameter of the type secret_ref}} */
	struct words status;    /* "204", "2xx"; n 0: 2xx. Of `expect` */
	struct span ca_file;
	bool idempotency_key, plain_secret;
};

/* The least that a method does. DELETE: write, though it counts as destructive if nothing is said.
 */
enum effect http_least_effect(enum http_method m);

/* The keys of a request; http_keys is NULL-terminated. */
#define HTTP_KEYS                                                                                  \
	"method", "url", "headers", "json", "form", "body", "auth", "allowed_hosts", "ca_file",    \
		"idempotency_key", "plain_secret"
extern const char *const http_keys[];

/* A number (RFC 8259), true, false or null. */
bool http_is_json_token(struct span s);

/* ---- filling it in ---- */

/*
 * Appends the URL. 1: done. 0: a value is not known yet. -1: the values make no URL that may be
 * asked (EX_BADDATA, EX_POLICY for a host that is not allowed).
 */
NODISCARD int http_render_url(const struct http *h, const struct runbook *rb,
			      const struct bindings *b, struct buf *out, struct err *e);

/* How a template is written where its values may not be known: as the caller likes. */
typedef void http_template_fn(void *ctx, struct jsonw *w, const struct template *t);
/* Writes the JSON body; templates go through fn, but for those that are one number or truth value
 * and known. */
void http_write_json(const struct http *h, const struct runbook *rb, const struct bindings *b,
		     struct jsonw *w, http_template_fn *fn, void *ctx);

/* Appends the body. False: a value is not known. */
bool http_render_body(const struct http *h, const struct runbook *rb, const struct bindings *b,
		      struct buf *out);

#endif
