/*
 * Reading an HTTP request: whom, what, with which credential by reference.
 */
#include <string.h>

#include "aiops-runbook/schema/http.h"
#include "aiops-runbook/schema/load.h"
#include "aiops-runbook/schema/secret_ref.h"
#include "base/num.h"

const char *const http_method_names[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", NULL};
const char *const http_auth_names[] = {"none", "bearer", "basic", "header", NULL};
const char *const http_keys[] = {HTTP_KEYS, NULL};

enum { JSON_PARTS_MAX = 4096, FIELDS_MAX = 60, TEXT_MAX = 65536 };

enum effect http_least_effect(enum http_method m)
{
	return m == METHOD_GET || m == METHOD_HEAD ? EFFECT_READ : EFFECT_WRITE;
}

/* ---- whom ---- */

static bool in_authority(struct span literal_before)
{
	const char *sep = span_find(literal_before, SPAN("://"));

	if (!sep)
		return true;
	for (const char *p = sep + 3; p < literal_before.data + literal_before.len; p++)
		if (strchr("/?#", *p))
			return false;
	return true;
}

/* What may stand for (a part of) a host or port, since it holds nothing that means more. */
static bool fits_authority(enum param_type type)
{
	return type == PARAM_HOSTNAME || type == PARAM_IP || type == PARAM_INTEGER ||
	       type == PARAM_K8S_NAME;
}

static bool is_url_param(const struct runbook *rb, const struct part *p)
{
	return p->ref == REF_PARAM && rb->params[p->index].type == PARAM_URL;
}

static void check_scheme(struct reader *r, const struct template *t)
{
	struct span s = t->source;
	const char *sep = span_find(s, SPAN("://"));
	struct span rest = sep ? span_of(sep + 3, (size_t)(s.data + s.len - sep) - 3) : SPAN_NONE;

	if (t->n && is_url_param(r->rb, &t->parts[0]))
		return; /* its declaration says scheme and hosts */
	if (!span_starts(s, "https://") && !span_starts(s, "http://"))
		finding_add(r->f, RB002, t->at,
			    "a url begins with https://, http://, or a parameter of the type url");
	for (size_t i = 0; i < rest.len && !strchr("/?#", rest.data[i]); i++)
		if (rest.data[i] == '@' || (unsigned char)rest.data[i] <= ' ')
			finding_add(r->f, RB002, t->at,
				    "the host of a url has no user name and no space (see auth)");
}

/* A value in the place of the host is one that cannot be more than a host, and of a list. */
static void check_host_values(struct reader *r, const struct http *h)
{
	const struct template *t = &h->url;
	struct buf before = BUF_INIT(TEXT_MAX);

	for (size_t i = 0; i < t->n; i++) {
		const struct part *p = &t->parts[i];

		if (p->ref == REF_NONE) {
			buf_add_span(&before, p->text);
			continue;
		}
		if (i == 0 && is_url_param(r->rb, p)) {
			buf_add_cstr(&before, "https://host/");
			continue;
		}
		if (!in_authority(buf_span(&before)))
			continue;
		if (p->ref != REF_PARAM || !fits_authority(r->rb->params[p->index].type))
			finding_add(
				r->f, RB002, t->at,
				"{{%.*s}} stands in the host of the url: that takes a parameter of the type "
				"hostname, ip, k8s_name, or integer for a port",
				(int)p->text.len, p->text.data);
		else if (h->allowed_hosts.n == 0)
			finding_add(
				r->f, RB002, t->at,
				"{{%.*s}} stands in the host of the url: that needs allowed_hosts",
				(int)p->text.len, p->text.data);
	}
	buf_release(&before);
}

static void load_url(struct reader *r, const struct yaml_node *map, struct http *h)
{
	if (!read_template(r, read_required(r, map, "url"), &h->url))
		return;
	check_scheme(r, &h->url);
	check_host_values(r, h);
}

/* ---- headers and forms ---- */

static bool is_header_name(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.data[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '-' || c == '_'))
			return false;
	}
	return s.len > 0 && s.len <= 100;
}

/* Headers that say where a request goes and where it ends, and those that carry credentials. */
static const char *refused_header(struct span name)
{
	static const char *const ours[] = {"Host",       "Content-Length", "Transfer-Encoding",
					   "Connection", "Expect",         "Upgrade",
					   "TE",         "Trailer",        NULL};
	static const char *const secret[] = {
		"Authorization", "Proxy-Authorization", "Cookie",  "X-Api-Key",
		"X-Auth-Token",  "Private-Token",       "Api-Key", NULL};

	for (size_t i = 0; ours[i]; i++)
		if (span_eq_nocase(name, span_cstr(ours[i])))
			return "is not set by a runbook";
	for (size_t i = 0; secret[i]; i++)
		if (span_eq_nocase(name, span_cstr(secret[i])))
			return "carries a credential: see 'auth'";
	return NULL;
}

static struct http_field *load_fields(struct reader *r, const struct yaml_node *map, bool headers,
				      size_t *n)
{
	struct http_field *fields;

	*n = 0;
	if (!read_is(r, map, YAML_MAP) || map->n == 0)
		return NULL;
	fields = pool_array(&r->rb->pool, map->n, sizeof *fields);
	if (map->n > FIELDS_MAX)
		finding_add(r->f, RB002, node_pos(map), "more than %d entries", FIELDS_MAX);
	for (size_t i = 0; i < map->n && i < FIELDS_MAX; i++) {
		const struct yaml_pair *p = &map->pairs[i];
		struct pos at = {p->line, p->col};
		const char *why = headers ? refused_header(p->key) : NULL;

		if (headers && !is_header_name(p->key))
			finding_add(r->f, RB002, at, "'%.60s' is no name of a header", p->key.data);
		else if (why)
			finding_add(r->f, RB002, at, "the header %s %s", p->key.data, why);
		else if (read_template(r, p->value, &fields[*n].value))
			fields[(*n)++].name = p->key;
	}
	return fields;
}

/* ---- a JSON body ---- */

/* RFC 8259, so that 0755, 1_000 and .5 stay texts. */
static bool is_json_number(struct span s)
{
	struct err ignored = ERR_INIT;
	size_t i = s.len && s.data[0] == '-';
	double d;

	if (i >= s.len || s.data[i] < '0' || s.data[i] > '9' || s.data[s.len - 1] == '.')
		return false;
	if (s.data[i] == '0' && i + 1 < s.len && s.data[i + 1] >= '0' && s.data[i + 1] <= '9')
		return false;
	for (size_t k = i; k + 1 < s.len; k++)
		if (s.data[k] == '.' && (s.data[k + 1] < '0' || s.data[k + 1] > '9'))
			return false;
	return num_parse_double(s, &d, &ignored) == 0;
}

bool http_is_json_token(struct span s)
{
	return span_is(s, "true") || span_is(s, "false") || span_is(s, "null") || is_json_number(s);
}

struct json_loading {
	struct reader *r;
	struct json_part *parts;
	size_t n;
};

/* NOLINTNEXTLINE(misc-no-recursion): lib/yaml bounds the depth of a document */
static size_t count_parts(const struct yaml_node *n)
{
	size_t count = 2;

	for (size_t i = 0; n->type == YAML_MAP && i < n->n; i++)
		count += 1 + count_parts(n->pairs[i].value);
	for (size_t i = 0; n->type == YAML_LIST && i < n->n; i++)
		count += count_parts(n->items[i]);
	return count;
}

static struct json_part *next_part(struct json_loading *l, enum json_part_kind kind)
{
	l->parts[l->n].kind = kind;
	return &l->parts[l->n++];
}

/* NOLINTNEXTLINE(misc-no-recursion): as above */
static void load_json_value(struct json_loading *l, const struct yaml_node *n)
{
	if (n->type == YAML_MAP) {
		(void)next_part(l, JSON_OBJECT);
		for (size_t i = 0; i < n->n; i++) {
			next_part(l, JSON_KEY)->key = n->pairs[i].key;
			load_json_value(l, n->pairs[i].value);
		}
		(void)next_part(l, JSON_OBJECT_END);
	} else if (n->type == YAML_LIST) {
		(void)next_part(l, JSON_ARRAY);
		for (size_t i = 0; i < n->n; i++)
			load_json_value(l, n->items[i]);
		(void)next_part(l, JSON_ARRAY_END);
	} else {
		bool token = !n->quoted && http_is_json_token(n->text);
		struct json_part *p = next_part(l, token ? JSON_TOKEN : JSON_TEXT);

		template_parse(&p->value, n->text.data ? n->text : SPAN(""), node_pos(n),
			       &l->r->names, &l->r->rb->pool, l->r->f);
	}
}

static void load_json(struct reader *r, const struct yaml_node *n, struct http *h)
{
	struct json_loading l = {.r = r};
	size_t room;

	if (!n)
		return;
	room = count_parts(n);
	if (room > JSON_PARTS_MAX) {
		finding_add(r->f, RB002, node_pos(n), "a body of more than %d parts",
			    JSON_PARTS_MAX);
		return;
	}
	l.parts = pool_array(&r->rb->pool, room, sizeof *l.parts);
	load_json_value(&l, n);
	h->body = BODY_JSON;
	h->json = l.parts;
	h->n_json = l.n;
}

static void load_text_body(struct reader *r, const struct yaml_node *n, struct http *h)
{
	if (!n || !read_is_text(r, n))
		return;
	h->body = BODY_TEXT;
	h->text = n->text;
	if (span_find(n->text, SPAN("{{")))
		finding_add(r->f, RB002, node_pos(n),
			    "body is constant: values go into 'json' or 'form', where they cannot "
			    "become more than values");
}

static void load_body(struct reader *r, const struct yaml_node *map, struct http *h)
{
	const struct yaml_node *form = yaml_get(map, "form");
	int given =
		(yaml_get(map, "json") != NULL) + (yaml_get(map, "body") != NULL) + (form != NULL);

	if (given > 1)
		finding_add(r->f, RB002, node_pos(map), "one of 'json', 'form' and 'body'");
	if (given && (h->method == METHOD_GET || h->method == METHOD_HEAD))
		finding_add(r->f, RB002, node_pos(map), "%s has no body",
			    http_method_names[h->method]);
	load_json(r, yaml_get(map, "json"), h);
	load_text_body(r, yaml_get(map, "body"), h);
	if (form) {
		h->form = load_fields(r, form, false, &h->n_form);
		h->body = BODY_FORM;
	}
}

/* ---- credentials ---- */

static bool is_secret_param(const struct runbook *rb, const struct template *t)
{
	return t->n == 1 && t->parts[0].ref == REF_PARAM &&
	       rb->params[t->parts[0].index].type == PARAM_SECRET_REF;
}

static void load_auth(struct reader *r, const struct yaml_node *map, struct http *h)
{
	static const char *const keys[] = {"bearer", "basic", "header", "secret", NULL};
	const struct yaml_node *secret = NULL;
	struct secret_ref ref;

	if (!read_is(r, map, YAML_MAP))
		return;
	read_keys(r, map, keys, NULL);
	for (int i = HTTP_AUTH_BEARER; i <= HTTP_AUTH_HEADER; i++) {
		if (!yaml_get(map, http_auth_names[i]))
			continue;
		if (h->auth)
			finding_add(r->f, RB002, node_pos(map),
				    "one of 'bearer', 'basic' and 'header'");
		h->auth = (enum http_auth)i;
		secret = yaml_get(map, i == HTTP_AUTH_HEADER ? "secret" : http_auth_names[i]);
	}
	if (h->auth == HTTP_AUTH_HEADER && read_text(r, yaml_get(map, "header"), &h->auth_header) &&
	    !is_header_name(h->auth_header))
		finding_add(r->f, RB002, node_pos(map), "'%.60s' is no name of a header",
			    h->auth_header.data);
	if (!read_template(r, secret, &h->secret))
		finding_add(r->f, RB002, node_pos(map),
			    "'auth' names its secret: bearer, basic, or header with secret");
	else if (!is_secret_param(r->rb, &h->secret) &&
		 !(template_is_constant(&h->secret) && secret_ref_parse(h->secret.source, &ref)))
		finding_add(
			r->f, 107, h->secret.at,
			"a credential is named, not written: file:/PATH, env:NAME, or a parameter "
			"of the type secret_ref");
}

/* ---- the whole ---- */

static void load_method(struct reader *r, const struct yaml_node *n, struct http *h)
{
	int method = METHOD_GET;

	if (read_choice(r, n, http_method_names, &method))
		h->method = (enum http_method)method;
}

/* No first element of argv in a file can be this, since it is resolved another way. */
static void set_argv(struct reader *r, struct cmd *out)
{
	static const char *const words[] = {"aiops-http", "-v"};
	struct template *argv = pool_array(&r->rb->pool, 2, sizeof *argv);

	for (size_t i = 0; i < 2; i++)
		template_parse(&argv[i], span_cstr(words[i]), out->at, &r->names, &r->rb->pool,
			       r->f);
	out->argv = argv;
	out->argc = 2;
}

void load_http(struct reader *r, const struct yaml_node *map, bool flat, struct cmd *out)
{
	struct http *h = pool_alloc(&r->rb->pool, sizeof *h);

	if (!read_is(r, map, YAML_MAP))
		return;
	if (!flat)
		read_keys(r, map, http_keys, NULL);
	h->at = node_pos(map);
	load_method(r, read_required(r, map, "method"), h);
	(void)read_words(r, yaml_get(map, "allowed_hosts"), &h->allowed_hosts);
	load_url(r, map, h);
	h->headers = load_fields(r, yaml_get(map, "headers"), true, &h->n_headers);
	load_body(r, map, h);
	load_auth(r, yaml_get(map, "auth"), h);
	(void)read_text(r, yaml_get(map, "ca_file"), &h->ca_file);
	(void)read_bool(r, yaml_get(map, "idempotency_key"), &h->idempotency_key);
	(void)read_bool(r, yaml_get(map, "plain_secret"), &h->plain_secret);
	out->at = h->at;
	out->expect.of_http = true;
	out->http = h;
	set_argv(r, out);
}
