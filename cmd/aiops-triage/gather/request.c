/* Queries with their places filled: see request.h. */
#include "aiops-triage/gather/request.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "net/http.h"

#define NAME_MAX_BYTES 253 /* of a host's name (RFC 1035), and plenty for the others */
#define TEXT_BYTES     (16u << 10)

struct value_text {
	char text[NAME_MAX_BYTES + 1];
	size_t len;
};

struct values {
	const struct query *query;
	struct value_text items[QUERY_PARAMETERS];
};

/* ---- values ---- */

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* What can stand in a query language's string, in a URL and as a word of a command without
 * meaning anything there. */
static bool is_name(struct span s)
{
	if (s.len == 0 || s.len > NAME_MAX_BYTES || !is_alnum(s.data[0]))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!is_alnum(s.data[i]) && (!s.data[i] || !strchr("._:/-", s.data[i])))
			return false;
	return !span_find(s, SPAN("..")); /* no way up in a path */
}

static bool is_number(struct span s)
{
	size_t dots = 0;

	for (size_t i = 0; i < s.len; i++) {
		dots += s.data[i] == '.';
		if ((s.data[i] < '0' || s.data[i] > '9') && s.data[i] != '.')
			return false;
	}
	return s.len > 0 && s.len < 32 && dots < 2 && s.data[0] != '.' && s.data[s.len - 1] != '.';
}

static struct span text_of(const struct query_parameter *p, const struct place *at)
{
	switch (p->source) {
	case FROM_COMPONENT:
		return at->component;
	case FROM_SERVICE:
		return at->service;
	case FROM_HOST:
		return at->host;
	case FROM_ENV:
		return at->env;
	case FROM_INCIDENT:
		return at->incident->id;
	case FROM_LABEL:
		return place_label(at, p->label);
	case FROM_ONSET:
	case FROM_LAST_SEEN:
	case FROM_NOW:
		break;
	}
	return SPAN_NONE;
}

static void write_time(int64_t ns, enum parameter_type type, struct buf *out)
{
	char text[INSTANT_TEXT];

	switch (type) {
	case PARAMETER_UNIX:
		buf_add_i64(out, ns / NS_PER_S);
		return;
	case PARAMETER_UNIX_MS:
		buf_add_i64(out, ns / NS_PER_MS);
		return;
	case PARAMETER_UNIX_NS:
		buf_add_i64(out, ns);
		return;
	default:
		buf_add(out, text, instant_text(instant_from_ns(ns), text));
	}
}

/* 1 if the time is not known. A time beyond now is now: there is nothing to get from later. */
static int time_value(const struct query_parameter *p, const struct incident *inc, int64_t now_ns,
		      struct buf *out)
{
	int64_t ns = p->source == FROM_NOW     ? now_ns
		     : p->source == FROM_ONSET ? inc->starts_ns
					       : inc->last_ns;

	if (p->source != FROM_NOW && !inc->dated)
		return 1;
	if (ns > INT64_MAX / 2 || ns < INT64_MIN / 2)
		return 1;
	ns += p->add_ms * NS_PER_MS;
	write_time(ns > now_ns ? now_ns : ns, p->type, out);
	return 0;
}

static int one_value(const struct query_parameter *p, const struct place *at, int64_t now_ns,
		     struct value_text *out, struct err *e)
{
	struct buf text = BUF_INIT(NAME_MAX_BYTES);
	int rc = 0;

	if (p->source >= FROM_ONSET) {
		rc = time_value(p, at->incident, now_ns, &text);
	} else {
		struct span s = text_of(p, at);

		if (!s.len)
			rc = 1;
		else if (p->type == PARAMETER_NAME ? !is_name(s) : !is_number(s))
			rc = err_set(e, EX_BADDATA, "%.*s is no %s: %.*s", (int)p->name.len,
				     p->name.data, p->type == PARAMETER_NAME ? "name" : "number",
				     (int)(s.len < 100 ? s.len : 100), s.data);
		else
			buf_add_span(&text, s);
	}
	if (rc == 1)
		(void)err_set(e, EX_BADDATA, "%.*s is not known", (int)p->name.len,
			      p->name.data); /* rc says it */
	if (rc == 0) {
		memcpy(out->text, text.data, text.len);
		out->len = text.len;
	}
	buf_release(&text);
	return rc;
}

/* ---- filling ---- */

static struct span value_of(const struct values *v, struct span name)
{
	for (size_t i = 0; i < v->query->n_parameters; i++)
		if (span_eq(v->query->parameters[i].name, name))
			return span_of(v->items[i].text, v->items[i].len);
	return SPAN_NONE; /* not for a query that was read */
}

static void fill(const struct values *v, struct span text, struct buf *out)
{
	struct span before, name;

	do {
		name = query_place(&text, &before);
		buf_add_span(out, before);
		buf_add_span(out, value_of(v, name));
	} while (name.data);
}

static char *filled(const struct values *v, struct span text)
{
	struct buf out = BUF_INIT(TEXT_BYTES);

	fill(v, text, &out);
	return buf_take(&out);
}

/* Values in the path are encoded, what the file says is not; in the query both. */
static char *target_of(const struct values *v)
{
	const struct query *q = v->query;
	struct buf out = BUF_INIT(4 * TEXT_BYTES), plain = BUF_INIT(TEXT_BYTES);
	struct span rest = q->path, before, name;

	do {
		name = query_place(&rest, &before);
		buf_add_span(&out, before);
		http_add_query(&out, value_of(v, name));
	} while (name.data);
	for (size_t i = 0; i < q->n_pairs; i++) {
		buf_add_char(&out, i ? '&' : '?');
		http_add_query(&out, q->pairs[i].name);
		buf_add_char(&out, '=');
		buf_clear(&plain);
		fill(v, q->pairs[i].value, &plain);
		http_add_query(&out, buf_span(&plain));
	}
	buf_release(&plain);
	return buf_take(&out);
}

static char *label_text(const struct values *v, const struct query_pair *l)
{
	struct buf out = BUF_INIT(TEXT_BYTES);

	buf_add_span(&out, l->name);
	buf_add_char(&out, '=');
	fill(v, l->value, &out);
	return buf_take(&out);
}

int request_fill(const struct query *q, const struct place *p, int64_t now_ns,
		 struct gather_request *out, struct err *e)
{
	struct values v = {.query = q};

	for (size_t i = 0; i < q->n_parameters; i++) {
		int rc = one_value(&q->parameters[i], p, now_ns, &v.items[i], e);

		if (rc != 0)
			return rc;
	}
	*out = (struct gather_request){.query = q};
	if (!q->n_argv)
		out->target = target_of(&v);
	for (size_t i = 0; i < q->n_argv; i++)
		out->argv[i] = filled(&v, q->argv[i]);
	for (size_t i = 0; i < q->n_labels; i++)
		out->labels[out->n_labels++] = label_text(&v, &q->labels[i]);
	return 0;
}

void request_release(struct gather_request *r)
{
	free(r->target);
	for (size_t i = 0; r->argv[i]; i++)
		free(r->argv[i]);
	for (size_t i = 0; i < r->n_labels; i++)
		free(r->labels[i]);
	*r = (struct gather_request){0};
}

void request_key(const struct gather_request *r, struct buf *out)
{
	buf_add_span(out, r->query->id);
	buf_add_char(out, '\0');
	if (r->target)
		buf_add_cstr(out, r->target);
	for (size_t i = 0; r->argv[i]; i++) {
		buf_add_cstr(out, r->argv[i]);
		buf_add_char(out, '\0');
	}
}
