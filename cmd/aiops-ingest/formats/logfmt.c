#include "aiops-ingest/formats/logfmt.h"

/* Most bytes of a line are letters and digits: above all of these. */
static bool ends_value(char c)
{
	return c <= ',' && (c == ' ' || c == '\t' || c == ',');
}

/* Up to the closing quote, or the end. */
static size_t quoted_length(struct span s)
{
	size_t n = 0;

	while (n < s.len && s.data[n] != '"')
		n += s.data[n] == '\\' && n + 1 < s.len ? 2 : 1;
	return n;
}

bool logfmt_next(struct span *rest, struct span *key, struct span *value)
{
	const char *equals, *from;
	size_t n = 0;

	while (rest->len > 0 && (equals = memchr(rest->data, '=', rest->len))) {
		for (from = equals; from > rest->data && !ends_value(from[-1]); from--)
			;
		*key = span_of(from, (size_t)(equals - from));
		*rest = span_of(equals + 1, rest->len - (size_t)(equals + 1 - rest->data));
		if (key->len == 0)
			continue;
		if (rest->len > 0 && *rest->data == '"') {
			*rest = span_of(rest->data + 1, rest->len - 1);
			n = quoted_length(*rest);
		} else {
			while (n < rest->len && !ends_value(rest->data[n]))
				n++;
		}
		*value = span_of(rest->data, n);
		*rest = span_of(rest->data + n, rest->len - n);
		return true;
	}
	return false;
}
