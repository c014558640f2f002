/*
 * One list of characters that can move a cursor, hide or reorder text
 * (Unicode's Bidi_Control property).
 */
#include "cli/term.h"

#include <stdbool.h>
#include <stdint.h>

#include "base/utf8.h"
#include "cli/cli.h"

static bool is_hostile(uint32_t cp)
{
	return (cp >= 0x7f && cp <= 0x9f) || cp == 0x061c || cp == 0x200e || cp == 0x200f ||
	       cp == 0x2028 || cp == 0x2029 || (cp >= 0x202a && cp <= 0x202e) ||
	       (cp >= 0x2066 && cp <= 0x2069);
}

/* Printable ASCII, newline and tab from the start: nearly everything, nearly always. */
static size_t plain_prefix(struct span s)
{
	size_t n = 0;

	while (n < s.len &&
	       ((s.data[n] >= ' ' && s.data[n] < 0x7f) || s.data[n] == '\n' || s.data[n] == '\t'))
		n++;
	return n;
}

/* A character that is not plain. */
struct odd {
	struct span bytes;
	bool valid;  /* else one byte that is no UTF-8 */
	uint32_t cp; /* if valid */
};

/* Copies what is plain off the front of *s and takes the character behind it. False at the end. */
static bool take_odd(struct buf *out, struct span *s, struct odd *c)
{
	size_t n = plain_prefix(*s);

	buf_add(out, s->data, n);
	*s = span_of(s->data + n, s->len - n);
	if (s->len == 0)
		return false;
	n = utf8_next(*s, &c->cp);
	c->valid = n > 0;
	c->bytes = span_of(s->data, n ? n : 1);
	*s = span_of(s->data + c->bytes.len, s->len - c->bytes.len);
	return true;
}

void term_safe(struct buf *out, struct span s)
{
	struct odd c;

	while (take_odd(out, &s, &c)) {
		if (!c.valid || c.cp < ' ' || c.cp == 0x7f)
			buf_addf(out, "\\x%02X", (unsigned char)c.bytes.data[0]);
		else if (is_hostile(c.cp))
			buf_addf(out, "\\u%04X", (unsigned)c.cp);
		else
			buf_add_span(out, c.bytes);
	}
}

void term_line(struct buf *out, struct span s)
{
	size_t from = out->len;

	term_safe(out, s);
	for (size_t i = from; i < out->len; i++) {
		if (out->data[i] == '\n' || out->data[i] == '\t')
			out->data[i] = ' ';
	}
}

void term_records(struct buf *out, struct span s)
{
	struct odd c;

	while (take_odd(out, &s, &c)) {
		if (c.valid && is_hostile(c.cp))
			buf_addf(out, "\\u%04x", (unsigned)c.cp);
		else
			buf_add_span(out, c.bytes);
	}
}
