/*
 * A request, in the core of a plan: what will be asked of whom, with which
 * credential by name.
 */
#include "aiops-runbook/plan/plan_json_impl.h"
#include "aiops-runbook/schema/http.h"

static void write_symbolic(void *ctx, struct jsonw *w, const struct template *t)
{
	struct writer *o = ctx;

	(void)w; /* the one that o writes with */
	plan_json_template(o, t);
}

static void write_fields(struct writer *o, const char *key, const struct http_field *f, size_t n)
{
	if (n == 0)
		return;
	jsonw_key(&o->w, key);
	jsonw_array(&o->w);
	for (size_t i = 0; i < n; i++) {
		jsonw_object(&o->w);
		jsonw_member(&o->w, "name", f[i].name);
		plan_json_member(o, "value", &f[i].value);
		jsonw_object_end(&o->w);
	}
	jsonw_array_end(&o->w);
}

/* Percent-encoded, as it will be asked; as it is written while a value is not known. */
static void write_url(struct writer *o, const struct http *h)
{
	struct buf url = BUF_INIT(1 << 20);
	struct err ignored = ERR_INIT;

	jsonw_key(&o->w, "url");
	if (http_render_url(h, o->p->rb, &o->symbolic, &url, &ignored) == 1)
		jsonw_string(&o->w, buf_span(&url));
	else
		plan_json_template(o, &h->url);
	buf_release(&url);
}

static void write_auth(struct writer *o, const struct http *h)
{
	if (h->auth == HTTP_AUTH_NONE)
		return;
	jsonw_key(&o->w, "auth");
	jsonw_object(&o->w);
	jsonw_member_opt(&o->w, "header", h->auth_header);
	jsonw_member(&o->w, "kind", span_cstr(http_auth_names[h->auth]));
	plan_json_member(o, "from", &h->secret); /* its name, never itself */
	jsonw_object_end(&o->w);
}

void plan_json_http(struct writer *o, const struct http *h)
{
	jsonw_key(&o->w, "http");
	jsonw_object(&o->w);
	if (h->allowed_hosts.n)
		plan_json_spans(o, "allowed_hosts", h->allowed_hosts.items, h->allowed_hosts.n);
	write_auth(o, h);
	if (h->body == BODY_TEXT)
		jsonw_member(&o->w, "body", h->text);
	jsonw_member_opt(&o->w, "ca_file", h->ca_file);
	write_fields(o, "form", h->form, h->n_form);
	write_fields(o, "headers", h->headers, h->n_headers);
	if (h->idempotency_key)
		jsonw_member_bool(&o->w, "idempotency_key", true);
	if (h->body == BODY_JSON) {
		jsonw_key(&o->w, "json");
		http_write_json(h, o->p->rb, &o->symbolic, &o->w, write_symbolic, o);
	}
	jsonw_member(&o->w, "method", span_cstr(http_method_names[h->method]));
	if (h->plain_secret)
		jsonw_member_bool(&o->w, "plain_secret", true);
	if (h->status.n)
		plan_json_spans(o, "status", h->status.items, h->status.n);
	write_url(o, h);
	jsonw_object_end(&o->w);
}
