/*
 * Filling in an HTTP request, so that a value stays what it is: a part of a
 * path, a value in a query, a string in JSON.
 */
#include "aiops-runbook/schema/http.h"

#include <string.h>

#include "base/utf8.h"

enum { URL_MAX_BYTES = 16384, BODY_MAX_BYTES = 512 << 10 };

/* ---- the URL ---- */

/* RFC 3986: everything but the unreserved. */
static void add_encoded(struct buf *out, struct span s)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.data[i];

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		    (c && strchr("-._~", c))) {
			buf_add_char(out, (char)c);
		} else {
			buf_add_char(out, '%');
			buf_add_char(out, hex[c >> 4]);
			buf_add_char(out, hex[c & 15]);
		}
	}
}

/* Where the authority of url begins and ends. False: it has not ended yet. */
static bool find_authority(struct span url, size_t *from, size_t *to)
{
	const char *sep = span_find(url, SPAN("://"));

	if (!sep)
		return false;
	*from = (size_t)(sep - url.data) + 3;
	for (*to = *from; *to < url.len; ++*to)
		if (strchr("/?#", url.data[*to]))
			return true;
	return false;
}

static bool is_raw(const struct runbook *rb, const struct part *p, const struct buf *out)
{
	size_t from, to;

	if (p->ref == REF_NONE)
		return true;
	if (out->len == 0) /* a parameter of the type url: what it may be is declared */
		return p->ref == REF_PARAM && rb->params[p->index].type == PARAM_URL;
	return !find_authority(buf_span(out), &from, &to);
}

/* What is left of s behind one character, a dot in any spelling; else s itself. */
static struct span skip_dot(struct span s)
{
	if (s.len && s.data[0] == '.')
		return span_of(s.data + 1, s.len - 1);
	if (s.len >= 3 && s.data[0] == '%' && s.data[1] == '2' && (s.data[2] | 0x20) == 'e')
		return span_of(s.data + 3, s.len - 3);
	return s;
}

/* "." and ".." in a path lead elsewhere than what was looked at. */
static bool has_dot_segment(struct span path)
{
	for (size_t at = 0; at < path.len;) {
		size_t end = at;
		struct span one, two;

		while (end < path.len && !strchr("/?#", path.data[end]))
			end++;
		one = skip_dot(span_of(path.data + at, end - at));
		two = skip_dot(one);
		if (end > at && (one.len == 0 || (two.len == 0 && two.data != path.data + at)))
			return true;
		if (end < path.len && path.data[end] != '/')
			return false;
		at = end + 1;
	}
	return false;
}

static struct span host_of(struct span authority)
{
	if (authority.len && authority.data[0] == '[') {
		const char *end = memchr(authority.data, ']', authority.len);

		return end ? span_of(authority.data + 1, (size_t)(end - authority.data) - 1)
			   : authority;
	}
	for (size_t i = 0; i < authority.len; i++)
		if (authority.data[i] == ':')
			return span_of(authority.data, i);
	return authority;
}

static bool is_allowed(const struct http *h, struct span host)
{
	for (size_t i = 0; i < h->allowed_hosts.n; i++)
		if (span_eq_nocase(h->allowed_hosts.items[i], host))
			return true;
	return h->allowed_hosts.n == 0;
}

static int check_url(const struct http *h, struct span url, struct err *e)
{
	size_t from, to;
	struct span host;

	if (!find_authority(url, &from, &to) && (!span_find(url, SPAN("://")) || from == to))
		return err_set(e, EX_BADDATA, "the url has no host");
	host = host_of(span_of(url.data + from, to - from));
	if (host.len == 0)
		return err_set(e, EX_BADDATA, "the url has no host");
	if (!is_allowed(h, host))
		return err_set(e, EX_POLICY, "the host '%.*s' is none of allowed_hosts",
			       (int)(host.len < 100 ? host.len : 100), host.data);
	if (to < url.len && url.data[to] == '/' &&
	    has_dot_segment(span_of(url.data + to + 1, url.len - to - 1)))
		return err_set(e, EX_BADDATA,
			       "a part of the url's path is '.' or '..', which leads elsewhere");
	return 0;
}

int http_render_url(const struct http *h, const struct runbook *rb, const struct bindings *b,
		    struct buf *out, struct err *e)
{
	struct buf url = BUF_INIT(URL_MAX_BYTES);
	int rc = 1;

	for (size_t i = 0; i < h->url.n && rc == 1; i++) {
		const struct part *p = &h->url.parts[i];
		struct span v = part_value(p, b);

		if (!v.data)
			rc = 0;
		else if (is_raw(rb, p, &url))
			buf_add_span(&url, v);
		else
			add_encoded(&url, v);
	}
	if (rc == 1 && buf_overflowed(&url))
		rc = err_set(e, EX_BADDATA, "the url is longer than %d bytes", URL_MAX_BYTES);
	if (rc == 1 && check_url(h, buf_span(&url), e) != 0)
		rc = -1;
	if (rc == 1)
		buf_add_span(out, buf_span(&url));
	buf_release(&url);
	return rc;
}

/* ---- the body ---- */

/* One reference to a value that is a number or truth value by its type: written as it is. */
static struct span token_of(const struct template *t, const struct runbook *rb,
			    const struct bindings *b)
{
	const struct part *p = t->parts;
	enum param_type type;
	struct span v;

	if (t->n != 1 || (p->ref != REF_PARAM && p->ref != REF_CAPTURE))
		return SPAN_NONE;
	type = p->ref == REF_PARAM ? rb->params[p->index].type : rb->captures[p->index].as.type;
	if (type != PARAM_INTEGER && type != PARAM_NUMBER && type != PARAM_BOOLEAN)
		return SPAN_NONE;
	v = part_value(p, b);
	return v.data && http_is_json_token(v) ? v : SPAN_NONE;
}

void http_write_json(const struct http *h, const struct runbook *rb, const struct bindings *b,
		     struct jsonw *w, http_template_fn *fn, void *ctx)
{
	for (size_t i = 0; i < h->n_json; i++) {
		const struct json_part *p = &h->json[i];
		struct span token;

		switch (p->kind) {
		case JSON_OBJECT:
			jsonw_object(w);
			break;
		case JSON_OBJECT_END:
			jsonw_object_end(w);
			break;
		case JSON_ARRAY:
			jsonw_array(w);
			break;
		case JSON_ARRAY_END:
			jsonw_array_end(w);
			break;
		case JSON_KEY:
			jsonw_key_span(w, p->key);
			break;
		case JSON_TOKEN:
			jsonw_raw(w, p->value.source);
			break;
		case JSON_TEXT:
			token = token_of(&p->value, rb, b);
			if (token.data)
				jsonw_raw(w, token);
			else
				fn(ctx, w, &p->value);
			break;
		}
	}
}

struct rendering {
	const struct bindings *b;
	bool known;
};

static void write_text(void *ctx, struct jsonw *w, const struct template *t)
{
	struct rendering *r = ctx;
	struct buf text = BUF_INIT(BODY_MAX_BYTES);

	r->known = template_render(t, r->b, &text) && r->known;
	jsonw_string(w, text.data ? buf_span(&text) : SPAN(""));
	buf_release(&text);
}

static bool render_form(const struct http *h, const struct bindings *b, struct buf *out)
{
	struct buf text = BUF_INIT(BODY_MAX_BYTES);
	bool known = true;

	for (size_t i = 0; i < h->n_form && known; i++) {
		buf_clear(&text);
		known = template_render(&h->form[i].value, b, &text);
		if (i)
			buf_add_char(out, '&');
		add_encoded(out, h->form[i].name);
		buf_add_char(out, '=');
		add_encoded(out, buf_span(&text));
	}
	buf_release(&text);
	return known;
}

bool http_render_body(const struct http *h, const struct runbook *rb, const struct bindings *b,
		      struct buf *out)
{
	struct rendering r = {b, true};
	struct jsonw w = jsonw_to(out);

	switch (h->body) {
	case BODY_NONE:
		return true;
	case BODY_TEXT:
		buf_add_span(out, h->text);
		return true;
	case BODY_FORM:
		return render_form(h, b, out);
	case BODY_JSON:
		http_write_json(h, rb, b, &w, write_text, &r);
		return r.known;
	}
	return false;
}
