#include "aiops-http/request.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "record/record.h"

static const char *const members[] = {"method",         "url",     "url_file",     "headers",
				      "body",           "status",  "auth",         "deadline_ms",
				      "max_body_bytes", "ca_file", "plain_secret", NULL};

static int wrong(const char *member, const char *wanted, struct err *e)
{
	return err_set(e, EX_BADDATA, "'%s' must be %s", member, wanted);
}

static bool has_nul(struct span s)
{
	return s.len && memchr(s.data, '\0', s.len);
}

/* A member that is a text without NUL, or absent. */
static int take_text(struct value map, const char *key, char **out, struct err *e)
{
	struct value v = value_member(map, span_cstr(key));

	if (v.type == VALUE_NONE)
		return 0;
	if (v.type != VALUE_STRING || has_nul(v.text))
		return wrong(key, "a text", e);
	*out = mem_dup(v.text.data, v.text.len);
	return 0;
}

static int take_number(struct value map, const char *key, int64_t max, int64_t *out, struct err *e)
{
	struct value v = value_member(map, span_cstr(key));
	int64_t n;

	if (v.type == VALUE_NONE)
		return 0;
	if (!value_i64(v, &n) || n < 1 || n > max)
		return wrong(key, "a number in its bounds", e);
	*out = n;
	return 0;
}

static int check_members(struct value map, struct err *e)
{
	struct value_iter it = value_iter(map);
	struct span key;
	struct value v;

	while (value_next(&it, &key, &v)) {
		size_t i = 0;

		while (members[i] && !span_is(key, members[i]))
			i++;
		if (!members[i])
			return err_set(e, EX_BADDATA, "unknown member '%.*s'",
				       (int)(key.len < 60 ? key.len : 60), key.data);
	}
	return 0;
}

static int take_method(struct request *r, struct err *e)
{
	static const char *const known[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", NULL};

	for (size_t i = 0; r->method && known[i]; i++)
		if (strcmp(r->method, known[i]) == 0)
			return 0;
	return wrong("method", "GET, HEAD, POST, PUT, PATCH or DELETE", e);
}

static int take_headers(struct value map, struct request *r, struct err *e)
{
	struct value list = value_member(map, SPAN("headers")), v;
	struct value_iter it = value_iter(list);

	if (list.type == VALUE_NONE)
		return 0;
	if (list.type != VALUE_ARRAY)
		return wrong("headers", "a list of texts", e);
	while (value_next(&it, NULL, &v)) {
		if (v.type != VALUE_STRING || has_nul(v.text) || r->n_headers == REQUEST_HEADERS)
			return wrong("headers", "a list of at most 64 texts", e);
		r->headers[r->n_headers++] = mem_dup(v.text.data, v.text.len);
	}
	return 0;
}

static int take_body(struct value map, struct request *r, struct err *e)
{
	struct value v = value_member(map, SPAN("body"));

	if (v.type == VALUE_NONE)
		return 0;
	if (v.type != VALUE_STRING)
		return wrong("body", "a text", e);
	r->body = mem_dup(v.text.data, v.text.len);
	r->body_len = v.text.len;
	return 0;
}

/* "204", "2xx". */
static int take_status(struct span text, struct status_range *out, struct err *e)
{
	struct err ignored = ERR_INIT;
	int64_t n;

	if (text.len == 3 && text.data[0] >= '1' && text.data[0] <= '5' && text.data[1] == 'x' &&
	    text.data[2] == 'x') {
		out->from = (text.data[0] - '0') * 100;
		out->to = out->from + 99;
		return 0;
	}
	if (num_parse_i64(text, 100, 599, &n, &ignored) != 0)
		return wrong("status", "a list of statuses (\"204\") or classes (\"2xx\")", e);
	out->from = out->to = (int)n;
	return 0;
}

static int take_statuses(struct value map, struct request *r, struct err *e)
{
	struct value list = value_member(map, SPAN("status")), v;
	struct value_iter it = value_iter(list);
	size_t cap = 0;

	if (list.type != VALUE_NONE && list.type != VALUE_ARRAY)
		return wrong("status", "a list of texts", e);
	while (list.type == VALUE_ARRAY && value_next(&it, NULL, &v)) {
		mem_grow(r->accepted, cap, r->n_accepted + 1);
		if (take_status(v.type == VALUE_STRING ? v.text : SPAN(""),
				&r->accepted[r->n_accepted], e) != 0)
			return -1;
		r->n_accepted++;
	}
	return 0;
}

static int take_credential(struct value map, struct request *r, struct err *e)
{
	static const char *const kinds[] = {"", "bearer", "basic", "header"};
	struct value auth = value_member(map, SPAN("auth"));
	struct span kind;

	if (auth.type == VALUE_NONE)
		return 0;
	if (auth.type != VALUE_OBJECT)
		return wrong("auth", "an object", e);
	kind = value_member(auth, SPAN("kind")).text;
	for (int i = CREDENTIAL_BEARER; i <= CREDENTIAL_HEADER; i++)
		if (span_is(kind, kinds[i]))
			r->credential.kind = (enum credential_kind)i;
	if (r->credential.kind == CREDENTIAL_NONE)
		return wrong("auth.kind", "bearer, basic or header", e);
	if (take_text(auth, "header", &r->credential.header, e) != 0 ||
	    take_text(auth, "file", &r->credential.file, e) != 0 ||
	    take_text(auth, "env", &r->credential.env, e) != 0)
		return -1;
	if (!r->credential.file == !r->credential.env)
		return err_set(e, EX_BADDATA, "'auth' names a file or a variable");
	if (!r->credential.header == (r->credential.kind == CREDENTIAL_HEADER))
		return wrong("auth.header", "given with the kind header, and only then", e);
	return 0;
}

static int take_all(struct value map, struct request *r, struct err *e)
{
	struct value plain = value_member(map, SPAN("plain_secret"));
	int64_t max = 64 << 10;

	if (check_members(map, e) != 0 || take_text(map, "method", &r->method, e) != 0 ||
	    take_method(r, e) != 0 || take_text(map, "url", &r->url, e) != 0 ||
	    take_text(map, "url_file", &r->url_file, e) != 0 || take_headers(map, r, e) != 0 ||
	    take_body(map, r, e) != 0 || take_statuses(map, r, e) != 0 ||
	    take_credential(map, r, e) != 0 || take_text(map, "ca_file", &r->ca_file, e) != 0 ||
	    take_number(map, "deadline_ms", 3600 * 1000, &r->deadline_ms, e) != 0 ||
	    take_number(map, "max_body_bytes", ANSWER_MAX, &max, e) != 0)
		return -1;
	if (!r->url == !r->url_file)
		return err_set(e, EX_BADDATA, "'url' or 'url_file' is needed");
	if (plain.type != VALUE_NONE && plain.type != VALUE_BOOL)
		return wrong("plain_secret", "true or false", e);
	r->plain_secret = plain.type == VALUE_BOOL && plain.boolean;
	r->max_body_bytes = (size_t)max;
	return 0;
}

int request_parse(struct span document, struct request *out, struct err *e)
{
	static const char padding[RECORD_PADDING];
	struct buf line = BUF_INIT(REQUEST_MAX + 64 + RECORD_PADDING);
	struct record *rec = record_new(REQUEST_MAX + 64);
	enum reject_code why;
	int rc;

	*out = (struct request){.deadline_ms = 10 * 1000};
	buf_add_cstr(&line, "{\"r\":");
	buf_add_span(&line, span_trim(document));
	buf_add_char(&line, '}');
	buf_add(&line, padding, sizeof padding);
	if (document.len > REQUEST_MAX || buf_overflowed(&line))
		rc = err_set(e, EX_BADDATA, "the request is longer than %u bytes", REQUEST_MAX);
	else
		rc = record_parse(rec, line.data, line.len - sizeof padding, &why, e);
	if (rc == 0 && record_get(rec, "r").type != VALUE_OBJECT)
		rc = err_set(e, EX_BADDATA, "the request is no JSON object");
	if (rc == 0)
		rc = take_all(record_get(rec, "r"), out, e);
	buf_release(&line);
	record_free(rec);
	return rc;
}

void request_release(struct request *r)
{
	for (size_t i = 0; i < r->n_headers; i++)
		free(r->headers[i]);
	free(r->method);
	free(r->url);
	free(r->url_file);
	free(r->ca_file);
	free(r->body);
	free(r->accepted);
	free(r->credential.header);
	free(r->credential.file);
	free(r->credential.env);
	*r = (struct request){0};
}

bool request_accepts(const struct request *r, int status)
{
	if (r->n_accepted == 0)
		return status >= 200 && status <= 299;
	for (size_t i = 0; i < r->n_accepted; i++)
		if (status >= r->accepted[i].from && status <= r->accepted[i].to)
			return true;
	return false;
}
