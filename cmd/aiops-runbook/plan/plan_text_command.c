/*
 * A command or request of a plan, and what its end must look like, for a person.
 */
#include "aiops-runbook/plan/plan_text_impl.h"

#include <string.h>

#include "base/num.h"
#include "record/jsonw.h"

struct span plan_text_of(struct value object, const char *key)
{
	struct value v = value_member(object, span_cstr(key));

	return v.type == VALUE_STRING ? v.text : SPAN_NONE;
}

int64_t plan_text_number(struct value object, const char *key)
{
	struct value v = value_member(object, span_cstr(key));

	return v.type == VALUE_NUMBER ? (int64_t)v.number : 0;
}

void plan_text_duration(struct buf *out, const char *words, int64_t ms)
{
	buf_add_cstr(out, words);
	num_add_duration_ms(out, ms);
}

/* ---- words ---- */

static bool is_plain(struct span s)
{
	static const char also[] = "-_./:=@,+%";

	for (size_t i = 0; i < s.len; i++) {
		char c = s.data[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      strchr(also, c)))
			return false;
	}
	return s.len > 0;
}

/* As a shell would read it back, so that where a word ends is beyond doubt. */
void plan_text_quoted(struct buf *out, struct span s)
{
	if (is_plain(s)) {
		buf_add_span(out, s);
		return;
	}
	buf_add_char(out, '\'');
	for (size_t i = 0; i < s.len; i++) {
		if (s.data[i] == '\'')
			buf_add_cstr(out, "'\\''");
		else if (s.data[i] == '\n')
			buf_add_cstr(out, "\\n");
		else
			buf_add_char(out, s.data[i]);
	}
	buf_add_char(out, '\'');
}

/* A string, or {"template":...,"unknown":[...]}. */
void plan_text_value(struct buf *out, struct value v)
{
	if (v.type == VALUE_STRING)
		plan_text_quoted(out, v.text);
	else if (v.type == VALUE_OBJECT)
		plan_text_quoted(out, plan_text_of(v, "template"));
}

static void add_argv(struct buf *out, struct value command)
{
	struct value_iter it = value_iter(value_member(command, SPAN("argv")));
	struct value v;
	bool first = true;

	while (value_next(&it, NULL, &v)) {
		if (!first)
			buf_add_char(out, ' ');
		plan_text_value(out, v);
		first = false;
	}
}

static void add_env(struct buf *out, struct value command)
{
	struct value_iter it = value_iter(value_member(command, SPAN("env")));
	struct span name;
	struct value v;

	while (value_next(&it, &name, &v)) {
		buf_add_span(out, name);
		buf_add_char(out, '=');
		plan_text_value(out, v);
		buf_add_char(out, ' ');
	}
}

/* ---- requests ---- */

static void add_scalar(struct buf *out, struct value v)
{
	int64_t n;

	if (v.type == VALUE_STRING)
		jsonw_quote(out, v.text);
	else if (v.type == VALUE_NUMBER && value_i64(v, &n))
		buf_add_i64(out, n);
	else if (v.type == VALUE_NUMBER)
		num_add_double(out, v.number);
	else
		buf_add_cstr(out, v.type == VALUE_NULL ? "null" : v.boolean ? "true" : "false");
}

/* A value that is not known yet stands as its template. */
static bool is_symbolic(struct value v)
{
	return v.type == VALUE_OBJECT && value_member(v, SPAN("unknown")).type == VALUE_ARRAY &&
	       plan_text_of(v, "template").data;
}

/* JSON on one line. */
static void add_json(struct buf *out, struct value root)
{
	struct value_iter open[RECORD_MAX_DEPTH];
	bool object[RECORD_MAX_DEPTH], first = true;
	struct value v = root;
	struct span key = SPAN_NONE;
	size_t depth = 0;

	for (;;) {
		if (is_symbolic(v)) {
			jsonw_quote(out, plan_text_of(v, "template"));
			first = false;
		} else if ((v.type == VALUE_OBJECT || v.type == VALUE_ARRAY) &&
			   depth < RECORD_MAX_DEPTH) {
			object[depth] = v.type == VALUE_OBJECT;
			buf_add_char(out, object[depth] ? '{' : '[');
			open[depth++] = value_iter(v);
			first = true;
		} else {
			add_scalar(out, v);
			first = false;
		}
		while (depth > 0 && !value_next(&open[depth - 1], &key, &v)) {
			buf_add_char(out, object[--depth] ? '}' : ']');
			first = false;
		}
		if (depth == 0)
			return;
		if (!first)
			buf_add_cstr(out, ", ");
		first = false;
		if (object[depth - 1]) {
			jsonw_quote(out, key);
			buf_add_cstr(out, ": ");
		}
	}
}

static void add_fields(struct buf *out, const char *indent, const char *words, struct value list)
{
	struct value_iter it = value_iter(list);
	struct value v;

	while (value_next(&it, NULL, &v)) {
		buf_addf(out, "%s%s", indent, words);
		buf_add_span(out, plan_text_of(v, "name"));
		buf_add_cstr(out, ": ");
		plan_text_value(out, value_member(v, SPAN("value")));
		buf_add_char(out, '\n');
	}
}

/* What goes with a request, a line each, behind its first. */
static void add_request(struct buf *out, const char *indent, struct value http)
{
	struct value auth = value_member(http, SPAN("auth"));
	struct span body = plan_text_of(http, "body");

	if (http.type != VALUE_OBJECT)
		return;
	if (auth.type == VALUE_OBJECT) {
		buf_addf(out, "%s  credential: ", indent);
		buf_add_span(out, plan_text_of(auth, "kind"));
		buf_add_char(out, ' ');
		plan_text_value(out, value_member(auth, SPAN("from")));
		buf_add_char(out, '\n');
	}
	add_fields(out, indent, "  header ", value_member(http, SPAN("headers")));
	add_fields(out, indent, "  form ", value_member(http, SPAN("form")));
	if (body.data) {
		buf_addf(out, "%s  body ", indent);
		plan_text_quoted(out, body);
		buf_add_char(out, '\n');
	}
	if (value_member(http, SPAN("json")).type != VALUE_NONE) {
		buf_addf(out, "%s  body ", indent);
		add_json(out, value_member(http, SPAN("json")));
		buf_add_char(out, '\n');
	}
}

void plan_text_command(struct buf *out, const char *indent, struct value command)
{
	struct value http = value_member(command, SPAN("http"));

	buf_add_cstr(out, indent);
	add_env(out, command);
	add_argv(out, command);
	if (http.type == VALUE_OBJECT) {
		buf_add_span(out, plan_text_of(http, "method"));
		buf_add_char(out, ' ');
		plan_text_value(out, value_member(http, SPAN("url")));
	}
	plan_text_duration(out, "   (at most ", plan_text_number(command, "timeout_ms"));
	buf_add_cstr(out, value_member(command, SPAN("input_sha256")).type == VALUE_STRING
				  ? ", with input)\n"
				  : ")\n");
	add_request(out, indent, http);
}

/* ---- expectations ---- */

/* " < 5", " in a b" */
void plan_text_operation(struct buf *out, struct value c)
{
	struct value_iter among = value_iter(value_member(c, SPAN("among")));
	struct value value = value_member(c, SPAN("value")), v;

	buf_add_char(out, ' ');
	buf_add_span(out, plan_text_of(c, "op"));
	if (value.type != VALUE_NONE || plan_text_of(c, "pattern").data)
		buf_add_char(out, ' ');
	plan_text_value(out, value);
	buf_add_span(out, plan_text_of(c, "pattern"));
	while (value_next(&among, NULL, &v)) {
		buf_add_char(out, ' ');
		plan_text_value(out, v);
	}
}

static void add_comparison(struct buf *out, const char *indent, struct value c)
{
	struct span path = plan_text_of(c, "path");

	if (c.type != VALUE_OBJECT)
		return;
	buf_addf(out, "%sexpects ", indent);
	buf_add_span(out, path.data ? path : SPAN("the output"));
	plan_text_operation(out, c);
	buf_add_char(out, '\n');
}

void plan_text_expect(struct buf *out, const char *indent, struct value expect)
{
	struct span pattern = plan_text_of(expect, "stdout"),
		    error = plan_text_of(expect, "stderr");

	add_comparison(out, indent, value_member(expect, SPAN("json")));
	add_comparison(out, indent, value_member(expect, SPAN("output")));
	if (pattern.data) {
		buf_addf(out, "%sexpects the output to match ", indent);
		buf_add_span(out, pattern);
		buf_add_char(out, '\n');
	}
	if (error.data) {
		buf_addf(out, "%sexpects standard error to match ", indent);
		buf_add_span(out, error);
		buf_add_char(out, '\n');
	}
}

void plan_text_poll(struct buf *out, const char *indent, struct value poll)
{
	if (poll.type != VALUE_OBJECT)
		return;
	buf_addf(out, "%s", indent);
	plan_text_duration(out, "every ", plan_text_number(poll, "every_ms"));
	buf_addf(out, " until %lld in a row are good",
		 (long long)plan_text_number(poll, "consecutive"));
	plan_text_duration(out, ", for at most ", plan_text_number(poll, "for_ms"));
	buf_add_char(out, '\n');
}
