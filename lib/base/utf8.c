#include "base/utf8.h"

#include <string.h>

size_t utf8_next(struct span s, uint32_t *cp)
{
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *p = (const unsigned char *)s.data;
	size_t n;
	uint32_t c;

	if (s.len == 0)
		return 0;
	c = p[0];
	if (c < 0x80) {
		*cp = c;
		return 1;
	}
	n = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
	if (c < 0xc2 || c > 0xf4 || s.len < n)
		return 0;
	c &= 0x7fu >> n;
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3fu);
	}
	if (c < smallest[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*cp = c;
	return n;
}

/* Bytes at the beginning of s that are ASCII: in whole words, or all of them. */
static size_t ascii_words(struct span s)
{
	size_t at = 0;
	uint64_t word, four[4];

	for (; at + sizeof four <= s.len; at += sizeof four) {
		memcpy(four, s.data + at, sizeof four);
		if ((four[0] | four[1] | four[2] | four[3]) & UINT64_C(0x8080808080808080))
			break;
	}
	for (; at + sizeof word <= s.len; at += sizeof word) {
		memcpy(&word, s.data + at, sizeof word);
		if (word & UINT64_C(0x8080808080808080))
			break;
	}
	if (s.len - at < sizeof word && s.len >= sizeof word) {
		memcpy(&word, s.data + s.len - sizeof word, sizeof word);
		if (!(word & UINT64_C(0x8080808080808080)))
			return s.len;
	}
	return at;
}

size_t utf8_valid_prefix(struct span s)
{
	size_t at = 0;

	for (;;) {
		uint32_t cp;
		size_t n;

		at += ascii_words(span_of(s.data + at, s.len - at));
		n = utf8_next(span_of(s.data + at, s.len - at), &cp);
		if (n == 0)
			return at;
		at += n;
	}
}

size_t utf8_count(struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += ((unsigned char)s.data[i] & 0xC0) != 0x80;
	return n;
}
