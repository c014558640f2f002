#include "store/audit_body.h"

#include "base/buf.h"
#include "record/record.h"
#include "store/store_impl.h"

struct audit_keys audit_keys(const struct record *r)
{
	struct audit_keys k = {
		.id = record_text(r, "id"),
		.incident = record_text(r, "incident"),
		.run = record_text(r, "run"),
	};

	if (!k.incident.data)
		k.incident = record_text(r, "correlate.incident");
	return k;
}

int audit_body_keys(struct store *s, struct span body, struct audit_keys *out, struct err *e)
{
	static const char zeros[RECORD_PADDING];
	enum reject_code why;

	if (body.len > AUDIT_MAX_BODY)
		return err_set(e, EX_BADDATA, "the record is larger than %zu bytes",
			       AUDIT_MAX_BODY);
	if (!s->parser)
		s->parser = record_new(AUDIT_MAX_BODY);
	buf_clear(&s->padded);
	buf_add_span(&s->padded, body);
	buf_add(&s->padded, zeros, sizeof zeros);
	if (record_parse(s->parser, s->padded.data, body.len, &why, e) != 0)
		return -1;
	*out = audit_keys(s->parser);
	return 0;
}

/* ---- comparing: a scan over members, for text that is known to be JSON ---- */

struct scan {
	struct span text;
	size_t at;
};

static bool at_space(const struct scan *s)
{
	char c = s->at < s->text.len ? s->text.data[s->at] : '\0';

	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Moves past the string that starts here. */
static void skip_string(struct scan *s)
{
	for (s->at++; s->at < s->text.len && s->text.data[s->at] != '"'; s->at++) {
		if (s->text.data[s->at] == '\\')
			s->at++;
	}
	s->at = s->at < s->text.len ? s->at + 1 : s->text.len;
}

/* Moves to the ',' or '}' that ends the member here. */
static void skip_value(struct scan *s)
{
	size_t depth = 0;

	while (s->at < s->text.len) {
		char c = s->text.data[s->at];

		if (c == '"') {
			skip_string(s);
			continue;
		}
		if (depth == 0 && (c == ',' || c == '}'))
			return;
		if (c == '{' || c == '[')
			depth++;
		else if ((c == '}' || c == ']') && depth > 0)
			depth--;
		s->at++;
	}
}

/* The next top-level member as it stands, its key with the quotes; false at the end. */
static bool next_member(struct scan *s, struct span *key, struct span *value)
{
	size_t start;

	while (at_space(s) ||
	       (s->at < s->text.len && (s->text.data[s->at] == ',' || s->text.data[s->at] == '{')))
		s->at++;
	if (s->at >= s->text.len || s->text.data[s->at] != '"')
		return false;
	start = s->at;
	skip_string(s);
	*key = span_of(s->text.data + start, s->at - start);
	while (at_space(s) || (s->at < s->text.len && s->text.data[s->at] == ':'))
		s->at++;
	start = s->at;
	skip_value(s);
	*value = span_trim(span_of(s->text.data + start, s->at - start));
	return true;
}

static bool next_compared(struct scan *s, struct span *key, struct span *value)
{
	while (next_member(s, key, value)) {
		if (!span_is(*key, "\"observed\"") && !span_is(*key, "\"audit\""))
			return true;
	}
	return false;
}

bool audit_body_same(struct span a, struct span b)
{
	struct scan left = {.text = a}, right = {.text = b};
	struct span key[2], value[2];

	if (span_eq(a, b))
		return true;
	for (;;) {
		bool more = next_compared(&left, &key[0], &value[0]);

		if (more != next_compared(&right, &key[1], &value[1]))
			return false;
		if (!more)
			break;
		if (!span_eq(key[0], key[1]) || !span_eq(value[0], value[1]))
			return false;
	}
	/* Both must have ended where an object ends. */
	return left.at < a.len && a.data[left.at] == '}' && right.at < b.len &&
	       b.data[right.at] == '}';
}
