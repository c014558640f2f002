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

void term_safe(struct buf *out, struct span s)
{
	while (s.len) {
		size_t n = plain_prefix(s);
		uint32_t cp;

		buf_add(out, s.data, n);
		s = span_of(s.data + n, s.len - n);
		if (s.len == 0)
			break;
		n = utf8_next(s, &cp);
		if (n == 0 || cp < ' ' || cp == 0x7f)
			buf_addf(out, "\\x%02X", (unsigned char)s.data[0]);
		else if (is_hostile(cp))
			buf_addf(out, "\\u%04X", (unsigned)cp);
		else
			buf_add(out, s.data, n);
		n = n ? n : 1;
		s = span_of(s.data + n, s.len - n);
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
	while (s.len) {
		size_t n = plain_prefix(s);
		uint32_t cp;

		buf_add(out, s.data, n);
		s = span_of(s.data + n, s.len - n);
		if (s.len == 0)
			break;
		n = utf8_next(s, &cp);
		if (n && is_hostile(cp))
			buf_addf(out, "\\u%04x", (unsigned)cp);
		else
			buf_add(out, s.data, n ? n : 1);
		n = n ? n : 1;
		s = span_of(s.data + n, s.len - n);
	}
}
