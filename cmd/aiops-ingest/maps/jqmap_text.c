#include "aiops-ingest/maps/jqmap_text.h"

#include <string.h>

#include "base/num.h"

enum {
	MARK_LEN = sizeof JQMAP_MARK - 1,
	/* Decimals of so many digits all have a double of their own (C's DBL_DIG), whose shortest
	 * text they are. */
	SAFE_DIGITS = 15,
	/* jq writes 0.0001, but 1e-05. */
	SAFE_ZEROS = 3,
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool jqmap_number_is_safe(struct span t)
{
	size_t i = 0, digits, zeros;
	bool small;

	if (i < t.len && t.data[i] == '-')
		i++;
	small = i < t.len && t.data[i] == '0';
	digits = small ? 0 : 1;
	for (i++; i < t.len && is_digit(t.data[i]); i++)
		digits++;
	if (i == t.len) /* "-0" is not printed so */
		return digits <= SAFE_DIGITS && !(small && t.len > 1);
	if (t.data[i] != '.' || t.data[t.len - 1] == '0')
		return false;
	zeros = 0;
	for (i++; i < t.len && small && t.data[i] == '0'; i++)
		zeros++;
	for (; i < t.len && is_digit(t.data[i]); i++)
		digits++;
	return i == t.len && digits <= SAFE_DIGITS && zeros <= SAFE_ZEROS;
}

/* ---- secrets ---- */

/* Without '-' and '_', in lower case. Sources: the field names of the vendors' documentations. */
static const char *const secrets[] = {
	"accesstoken", "apikey",      "apitoken",      "apptoken",       "authorization",
	"authtoken",   "bearertoken", "clientsecret",  "integrationkey", "passwd",
	"password",    "privatekey",  "routingkey",    "secret",         "secretkey",
	"servicekey",  "token",       "webhooksecret",
};

enum { SECRET_MAX = 16 };

static int hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The character at s[*i] of a JSON string; -1 for what no ASCII letter can be. */
static int next_char(struct span s, size_t *i)
{
	int c = 0;

	if (s.data[*i] != '\\')
		return (unsigned char)s.data[(*i)++];
	if (*i + 6 > s.len || s.data[*i + 1] != 'u') {
		*i += 2;
		return -1;
	}
	for (size_t k = *i + 2; k < *i + 6; k++)
		c = c * 16 + hex_value(s.data[k]);
	*i += 6;
	return c >= 0 && c < 0x80 ? c : -1;
}

/* A member that is a key to a service: routing_key, Api-Key, password, ... */
static bool is_secret(struct span key)
{
	char name[SECRET_MAX + 1];
	size_t n = 0;

	for (size_t i = 0; i < key.len;) {
		int c = next_char(key, &i);

		if (c == '_' || c == '-')
			continue;
		if (c < 0 || n == SECRET_MAX)
			return false;
		name[n++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
	}
	name[n] = '\0';
	for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
		if (strcmp(name, secrets[i]) == 0)
			return true;
	return false;
}

/* ---- reading JSON that is known to be valid ---- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t skip_blanks(struct span s, size_t i)
{
	while (i < s.len && is_blank(s.data[i]))
		i++;
	return i;
}

/* Behind the string whose quote stands at i. */
static size_t string_end(struct span s, size_t i)
{
	for (i++; i < s.len && s.data[i] != '"'; i++)
		if (s.data[i] == '\\')
			i++;
	return i < s.len ? i + 1 : s.len;
}

/* Behind the value at i. */
static size_t value_end(struct span s, size_t i)
{
	size_t depth = 0;

	while (i < s.len) {
		char c = s.data[i];

		if (c == '"') {
			i = string_end(s, i);
		} else {
			if ((c == ',' || c == '}' || c == ']') && depth == 0)
				return i;
			depth += c == '{' || c == '[';
			depth -= c == '}' || c == ']';
			i++;
		}
		if (depth == 0 && (c == '"' || c == '}' || c == ']'))
			return i;
	}
	return i;
}

static size_t number_end(struct span s, size_t i)
{
	while (i < s.len && (is_digit(s.data[i]) || strchr("+-.eE", s.data[i])) && s.data[i])
		i++;
	return i;
}

static struct span part(struct span s, size_t from, size_t to)
{
	return span_of(s.data + from, to - from);
}

/* ---- to jq ---- */

static bool is_escaped_mark(const char *p)
{
	return p[0] == '\\' && p[1] == 'u' && (p[2] | 32) == 'f' && (p[3] | 32) == 'd' &&
	       (p[4] | 32) == 'd' && p[5] == '0';
}

/* text: a string with its quotes. Marks of its own are told apart from ours. */
static void encode_string(struct span text, struct buf *out)
{
	size_t from = 0;

	for (size_t i = 0; i < text.len; i++) {
		bool raw = text.len - i >= MARK_LEN &&
			   memcmp(text.data + i, JQMAP_MARK, MARK_LEN) == 0;
		bool escaped = !raw && text.len - i >= 6 && is_escaped_mark(text.data + i);

		if (!raw && !escaped) {
			i += text.data[i] == '\\';
			continue;
		}
		buf_add_span(out, part(text, from, i));
		buf_add_cstr(out, JQMAP_MARK JQMAP_ESCAPE);
		i += (raw ? (size_t)MARK_LEN : 6) - 1;
		from = i + 1;
	}
	buf_add_span(out, part(text, from, text.len));
}

static void encode_number(struct span token, struct buf *out)
{
	if (jqmap_number_is_safe(token)) {
		buf_add_span(out, token);
		return;
	}
	buf_add_cstr(out, "\"" JQMAP_MARK);
	buf_add_span(out, token);
	buf_add_char(out, '"');
}

/* The string at i, and with it the value of a secret member. Returns where to go on. */
static size_t encode_string_at(struct span doc, size_t i, struct buf *out)
{
	size_t end = string_end(doc, i), colon = skip_blanks(doc, end);

	encode_string(part(doc, i, end), out);
	if (colon == doc.len || doc.data[colon] != ':' || !is_secret(part(doc, i + 1, end - 1)))
		return end;
	buf_add_cstr(out, ":null");
	return value_end(doc, skip_blanks(doc, colon + 1));
}

void jqmap_encode(struct span doc, struct buf *out)
{
	for (size_t i = 0; i < doc.len;) {
		char c = doc.data[i];

		if (c == '"') {
			i = encode_string_at(doc, i, out);
		} else if (c == '-' || is_digit(c)) {
			size_t end = number_end(doc, i);

			encode_number(part(doc, i, end), out);
			i = end;
		} else {
			if (!is_blank(c))
				buf_add_char(out, c);
			i++;
		}
	}
}

/* ---- from jq ---- */

static bool is_mark(struct span s, size_t i)
{
	return s.len - i >= MARK_LEN && memcmp(s.data + i, JQMAP_MARK, MARK_LEN) == 0;
}

static bool is_own_mark(struct span s, size_t i)
{
	size_t behind = i + MARK_LEN;

	return s.len - behind >= MARK_LEN && memcmp(s.data + behind, JQMAP_ESCAPE, MARK_LEN) == 0;
}

/* A marked number in JSON inside a string, at the mark: its length behind the mark, or 0. */
static size_t quoted_number(struct span text, size_t mark, const struct buf *out)
{
	size_t from = mark + MARK_LEN, to = number_end(text, from);

	if (mark < 2 || memcmp(text.data + mark - 2, "\\\"", 2) != 0 || out->len < 2 ||
	    text.len - to < 2 || memcmp(text.data + to, "\\\"", 2) != 0)
		return 0;
	return num_is_json(part(text, from, to)) ? to - from : 0;
}

static void decode_string(struct span text, struct buf *out)
{
	size_t n;

	for (size_t i = 0; i < text.len;) {
		const char *next =
			memchr(text.data + i, (unsigned char)JQMAP_MARK[0], text.len - i);
		size_t to = next ? (size_t)(next - text.data) : text.len;

		buf_add_span(out, part(text, i, to));
		i = to;
		if (i == text.len)
			return;
		if (!is_mark(text, i)) {
			buf_add_char(out, text.data[i++]);
		} else if (is_own_mark(text, i)) {
			buf_add_cstr(out, JQMAP_MARK);
			i += 2 * (size_t)MARK_LEN;
		} else if ((n = quoted_number(text, i, out)) > 0) {
			out->len -= 2;
			buf_add_span(out, part(text, i + MARK_LEN, i + MARK_LEN + n));
			i += MARK_LEN + n + 2;
		} else {
			i += MARK_LEN;
		}
	}
}

void jqmap_decode(struct span line, struct buf *out)
{
	for (size_t i = 0; i < line.len;) {
		size_t end;
		struct span token;

		if (line.data[i] != '"') {
			buf_add_char(out, line.data[i++]);
			continue;
		}
		end = string_end(line, i);
		token = end - i > MARK_LEN + 2 && is_mark(line, i + 1)
				? part(line, i + 1 + MARK_LEN, end - 1)
				: SPAN_NONE;
		if (token.data && num_is_json(token) && (end == line.len || line.data[end] != ':'))
			buf_add_span(out, token);
		else
			decode_string(part(line, i, end), out);
		i = end;
	}
}
