#include "text/redact.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "text/encoded.h"
#include "text/secret.h"

/* Containers whose names are followed; what is deeper is judged by its text only. */
#define MAX_DEPTH 64

/* What is known at one level of a JSON text about the value to come. */
struct level {
	bool array;
	bool key_next;           /* the next string is a member's name */
	bool value_key;          /* the name read last is "value" ... */
	bool name_key;           /* ... or "name" or "key" */
	struct secret_name name; /* announces the next value */
	struct secret_name
		all; /* of the member whose value this array is: {"Authorization":["..."]} */
	struct secret_name named; /* what the member "name" said of the member "value" */
};

struct redactor {
	struct span in;
	struct buf *out;
	size_t at;
	size_t copied; /* in[0..copied) is in out, redacted */
	size_t count;
	struct level levels[MAX_DEPTH];
	size_t depth; /* levels[depth - 1] is the current one */
	/* A string without its escapes, and where each of its bytes stands in `in`. */
	struct buf plain;
	uint32_t *where;
	size_t cap_where;
	struct buf decoded; /* what a run in base64 or the like says */
};

static void replace(struct redactor *r, size_t begin, size_t end, const char *type, bool quoted)
{
	buf_add(r->out, r->in.data + r->copied, begin - r->copied);
	buf_addf(r->out, quoted ? "\"[redacted:%s]\"" : "[redacted:%s]", type);
	r->copied = end;
	r->count++;
}

static void copy_rest(struct redactor *r)
{
	buf_add(r->out, r->in.data + r->copied, r->in.len - r->copied);
	r->copied = r->in.len;
}

/* ---- strings ---- */

/* The end of the string whose content begins at `at`: its closing quote, or the end of the text. */
static size_t string_end(const struct redactor *r, size_t at, bool *escapes)
{
	*escapes = false;
	for (; at < r->in.len && r->in.data[at] != '"'; at++) {
		if (r->in.data[at] == '\\') {
			*escapes = true;
			at++;
		}
	}
	return at < r->in.len ? at : r->in.len;
}

static void put(struct redactor *r, char c, size_t from)
{
	buf_add_char(&r->plain, c);
	mem_grow(r->where, r->cap_where, r->plain.len + 1);
	r->where[r->plain.len - 1] = (uint32_t)from;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The four digits behind "\u", or -1. */
static long hex4(struct span in, size_t at)
{
	long code = 0;

	if (at + 4 > in.len)
		return -1;
	for (size_t i = at; i < at + 4; i++) {
		int digit = hex_value(in.data[i]);

		if (digit < 0)
			return -1;
		code = code * 16 + digit;
	}
	return code;
}

/* Secrets are ASCII: of any other character only that it is one matters. */
static size_t unescape_one(struct redactor *r, size_t at)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	char c = at + 1 < r->in.len ? r->in.data[at + 1] : '\\';
	const char *found = c ? strchr(from, c) : NULL;
	long code;

	if (c == 'u' && (code = hex4(r->in, at + 2)) >= 0) {
		put(r, code < 0x80 ? (char)code : '\x7f', at);
		return at + 6;
	}
	put(r, found ? to[found - from] : c, at);
	return at + 2;
}

static struct span unescape(struct redactor *r, size_t begin, size_t end)
{
	buf_clear(&r->plain);
	while (begin < end) {
		if (r->in.data[begin] == '\\') {
			begin = unescape_one(r, begin);
		} else {
			put(r, r->in.data[begin], begin);
			begin++;
		}
	}
	mem_grow(r->where, r->cap_where, r->plain.len + 1);
	r->where[r->plain.len] = (uint32_t)end;
	return buf_span(&r->plain);
}

/* Takes out what looks like a secret by itself. offset: where text stands, if it has no escapes. */
static void scan(struct redactor *r, struct span text, bool escapes, size_t offset)
{
	struct secret plain, encoded;
	bool is_plain = secret_next(text, 0, &plain);
	bool is_encoded = encoded_next(text, 0, &r->decoded, &encoded);

	while (is_plain || is_encoded) {
		struct secret s =
			!is_encoded || (is_plain && plain.begin <= encoded.begin) ? plain : encoded;

		replace(r, escapes ? r->where[s.begin] : offset + s.begin,
			escapes ? r->where[s.end] : offset + s.end, s.type, false);
		if (is_plain && plain.begin < s.end)
			is_plain = secret_next(text, s.end, &plain);
		if (is_encoded && encoded.begin < s.end)
			is_encoded = encoded_next(text, s.end, &r->decoded, &encoded);
	}
}

/* ---- structure ---- */

static struct level *level(struct redactor *r)
{
	return r->depth > 0 && r->depth <= MAX_DEPTH ? &r->levels[r->depth - 1] : NULL;
}

static const struct secret_name no_name = {SECRET_NO, NULL};

/* What announces the value that comes now. */
static struct secret_name announcement(const struct level *l)
{
	return l->name.class != SECRET_NO ? l->name : l->all;
}

static void open_level(struct redactor *r, bool array)
{
	struct level *outer = level(r);
	struct secret_name all = array && outer ? announcement(outer) : no_name;

	if (outer && outer->array)
		outer->name = no_name;
	r->depth++;
	if (level(r))
		*level(r) = (struct level){.array = array, .key_next = !array, .all = all};
}

static void note_key(struct level *l, struct span key)
{
	l->name = secret_name(key);
	l->name_key = span_is(key, "name") || span_is(key, "key");
	l->value_key = span_is(key, "value");
	if (l->value_key)
		l->name = l->named;
	l->key_next = false;
}

/* "--password" in a list of arguments announces the next one. */
static struct secret_name announced(struct span argument)
{
	if (!span_starts(argument, "-"))
		return no_name;
	while (argument.len && argument.data[0] == '-')
		argument = span_of(argument.data + 1, argument.len - 1);
	return argument.len && !memchr(argument.data, '=', argument.len) ? secret_name(argument)
									 : no_name;
}

static void one_string(struct redactor *r)
{
	struct level *l = level(r);
	size_t begin = r->at + 1;
	bool escapes, whole, key = l && l->key_next;
	size_t end = string_end(r, begin, &escapes);
	struct span text =
		escapes ? unescape(r, begin, end) : span_of(r->in.data + begin, end - begin);

	r->at = end + 1;
	whole = l && !key && secret_value(announcement(l), text);
	if (whole)
		replace(r, begin, end, announcement(l).type, false);
	else
		scan(r, text, escapes, begin);
	if (!l)
		return;
	if (key)
		note_key(l, text);
	else if (l->array)
		l->name = announced(text);
	else if (l->name_key)
		l->named = secret_name(text);
}

static bool in_token(char c)
{
	return c != ',' && c != '}' && c != ']' && c != ' ' && c != '\t' && c != '\r' &&
	       c != '\n' && c != ':' && c != '"' && c != '{' && c != '[';
}

/* A number; under the name of a password it is one. */
static void one_token(struct redactor *r)
{
	struct level *l = level(r);
	size_t begin = r->at;
	bool number =
		r->in.data[begin] == '-' || (r->in.data[begin] >= '0' && r->in.data[begin] <= '9');

	while (r->at < r->in.len && in_token(r->in.data[r->at]))
		r->at++;
	if (l && number && announcement(l).class == SECRET_SURE)
		replace(r, begin, r->at, announcement(l).type, true);
	if (l && l->array)
		l->name = no_name;
}

static void comma(struct redactor *r)
{
	struct level *l = level(r);

	r->at++;
	if (l && !l->array) {
		l->key_next = true;
		l->name = no_name;
	}
}

static void step(struct redactor *r)
{
	char c = r->in.data[r->at];

	switch (c) {
	case '"':
		one_string(r);
		return;
	case '{':
	case '[':
		open_level(r, c == '[');
		break;
	case '}':
	case ']':
		r->depth -= r->depth > 0;
		break;
	case ',':
		comma(r);
		return;
	default:
		if (in_token(c)) {
			one_token(r);
			return;
		}
	}
	r->at++;
}

size_t text_redact(struct span in, struct buf *out)
{
	struct redactor r = {.in = in,
			     .out = out,
			     .plain = BUF_INIT(in.len + 1),
			     .decoded = BUF_INIT(in.len + 1)};

	assert(in.len <= UINT32_MAX); /* the caller's bound, far above any record */
	while (r.at < in.len)
		step(&r);
	copy_rest(&r);
	buf_release(&r.plain);
	buf_release(&r.decoded);
	free(r.where);
	return r.count;
}

size_t text_redact_plain(struct span in, struct buf *out)
{
	struct redactor r = {.in = in, .out = out, .decoded = BUF_INIT(in.len + 1)};

	scan(&r, in, false, 0);
	copy_rest(&r);
	buf_release(&r.decoded);
	return r.count;
}
