#include "record/jsonw.h"

#include <endian.h>
#include <math.h>
#include <string.h>

#include "base/num.h"

struct jsonw jsonw_to(struct buf *out)
{
	return (struct jsonw){.out = out};
}

/* Before every key and every value; none is due behind a key. */
static void separate(struct jsonw *w)
{
	if (w->comma)
		buf_add_char(w->out, ',');
	w->comma = true;
}

static void begin(struct jsonw *w, char c)
{
	separate(w);
	buf_add_char(w->out, c);
	w->comma = false;
}

static void end(struct jsonw *w, char c)
{
	buf_add_char(w->out, c);
	w->comma = true;
}

void jsonw_object(struct jsonw *w)
{
	begin(w, '{');
}

void jsonw_object_end(struct jsonw *w)
{
	end(w, '}');
}

void jsonw_array(struct jsonw *w)
{
	begin(w, '[');
}

void jsonw_array_end(struct jsonw *w)
{
	end(w, ']');
}

void jsonw_key_span(struct jsonw *w, struct span key)
{
	separate(w);
	jsonw_quote(w->out, key);
	buf_add_char(w->out, ':');
	w->comma = false;
}

void jsonw_key(struct jsonw *w, const char *key)
{
	jsonw_key_span(w, span_cstr(key));
}

void jsonw_string(struct jsonw *w, struct span s)
{
	separate(w);
	jsonw_quote(w->out, s);
}

void jsonw_cstr(struct jsonw *w, const char *s)
{
	if (s)
		jsonw_string(w, span_cstr(s));
	else
		jsonw_null(w);
}

void jsonw_i64(struct jsonw *w, int64_t n)
{
	separate(w);
	buf_add_i64(w->out, n);
}

void jsonw_double(struct jsonw *w, double d)
{
	if (!isfinite(d)) {
		jsonw_null(w); /* JSON has no NaN and no infinity */
		return;
	}
	separate(w);
	num_add_double(w->out, d);
}

void jsonw_bool(struct jsonw *w, bool b)
{
	jsonw_raw(w, b ? SPAN("true") : SPAN("false"));
}

void jsonw_null(struct jsonw *w)
{
	jsonw_raw(w, SPAN("null"));
}

void jsonw_time(struct jsonw *w, struct instant t)
{
	separate(w);
	buf_add_char(w->out, '"');
	instant_add(w->out, t);
	buf_add_char(w->out, '"');
}

void jsonw_raw(struct jsonw *w, struct span json)
{
	separate(w);
	buf_add_span(w->out, json);
}

void jsonw_member(struct jsonw *w, const char *key, struct span s)
{
	jsonw_key(w, key);
	jsonw_string(w, s);
}

void jsonw_member_opt(struct jsonw *w, const char *key, struct span s)
{
	if (s.data)
		jsonw_member(w, key, s);
}

void jsonw_member_i64(struct jsonw *w, const char *key, int64_t n)
{
	jsonw_key(w, key);
	jsonw_i64(w, n);
}

void jsonw_member_double(struct jsonw *w, const char *key, double d)
{
	jsonw_key(w, key);
	jsonw_double(w, d);
}

void jsonw_member_bool(struct jsonw *w, const char *key, bool b)
{
	jsonw_key(w, key);
	jsonw_bool(w, b);
}

void jsonw_member_time(struct jsonw *w, const char *key, struct instant t)
{
	jsonw_key(w, key);
	jsonw_time(w, t);
}

static bool is_continuation(unsigned char c)
{
	return (c & 0xC0) == 0x80;
}

/*
 * Bytes of the well-formed UTF-8 character that s begins with, or 0 (Unicode
 * 15, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF).
 */
static size_t utf8_length(const unsigned char *s, size_t len)
{
	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xC2 && s[0] <= 0xDF)
		return len >= 2 && is_continuation(s[1]) ? 2 : 0;
	if (s[0] >= 0xE0 && s[0] <= 0xEF) {
		unsigned char low = s[0] == 0xE0 ? 0xA0 : 0x80, high = s[0] == 0xED ? 0x9F : 0xBF;

		return len >= 3 && s[1] >= low && s[1] <= high && is_continuation(s[2]) ? 3 : 0;
	}
	if (s[0] >= 0xF0 && s[0] <= 0xF4) {
		unsigned char low = s[0] == 0xF0 ? 0x90 : 0x80, high = s[0] == 0xF4 ? 0x8F : 0xBF;

		return len >= 4 && s[1] >= low && s[1] <= high && is_continuation(s[2]) &&
				       is_continuation(s[3])
			       ? 4
			       : 0;
	}
	return 0;
}

/* A byte that a JSON string cannot hold as it is. */
static void add_escaped(struct buf *out, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *short_form = c ? strchr(from, c) : NULL;

	if (c >= 0x80) {
		buf_add_cstr(out, "\xEF\xBF\xBD"); /* U+FFFD in place of a byte that is no UTF-8 */
	} else if (short_form) {
		buf_add_char(out, '\\');
		buf_add_char(out, to[short_form - from]);
	} else {
		buf_add_cstr(out, "\\u00");
		buf_add_char(out, hex[c >> 4]);
		buf_add_char(out, hex[c & 15]);
	}
}

#define EACH_BYTE(c) (UINT64_C(0x0101010101010101) * (c))

/* Not 0 if one of 8 bytes is a control character, a quote, a backslash or no ASCII (S. E. Anderson,
 * "Bit Twiddling Hacks", hasless and haszero). */
static uint64_t needs_care(uint64_t v)
{
	uint64_t quote = v ^ EACH_BYTE('"'), backslash = v ^ EACH_BYTE('\\');

	return ((v - EACH_BYTE(0x20)) | (quote - EACH_BYTE(1)) | (backslash - EACH_BYTE(1)) | v) &
	       EACH_BYTE(0x80);
}

enum { WORD = sizeof(uint64_t) };

static uint64_t load(const char *p, size_t n)
{
	uint64_t v = 0;

	memcpy(&v, p, n);
	return v;
}

/* 16 bytes at once, in what the processor has for that (GCC's and Clang's vector types). */
typedef signed char block __attribute__((vector_size(16)));

enum { BLOCK = sizeof(block) };

static inline block load_block(const char *from)
{
	block b;

	memcpy(&b, from, BLOCK);
	return b;
}

/* Not 0 where a byte is a control character, a quote, a backslash or no ASCII (as signed bytes,
 * the last are below the space, too). */
static inline block care_in(block b)
{
	return (b < ' ') | (b == '"') | (b == '\\');
}

/* Bytes in front of the first that is not 0; BLOCK if all are. */
static inline size_t zeros_before(block b)
{
	uint64_t half[2];

	memcpy(half, &b, BLOCK);
	if (half[0])
		return (size_t)__builtin_ctzll(le64toh(half[0])) / 8;
	return half[1] ? WORD + (size_t)__builtin_ctzll(le64toh(half[1])) / 8 : BLOCK;
}

static bool copy_blocks(char *to, const char *from, size_t len)
{
	block care = {0}, b;

	for (size_t at = 0; at + BLOCK < len; at += BLOCK) {
		b = load_block(from + at);
		memcpy(to + at, &b, BLOCK);
		care |= care_in(b);
	}
	b = load_block(from + len - BLOCK);
	memcpy(to + len - BLOCK, &b, BLOCK);
	return zeros_before(care | care_in(b)) == BLOCK;
}

/*
 * Strings are nearly always plain ASCII: such a one is looked through and
 * copied a block or 8 bytes at a time, the last ones overlapping. False if one
 * of its bytes needs care; to[0..len) is then of no use.
 */
static bool copy_plain(char *to, const char *from, size_t len)
{
	uint64_t care = 0, v, end;

	if (len >= BLOCK)
		return copy_blocks(to, from, len);
	if (len >= WORD) {
		v = load(from, WORD);
		end = load(from + len - WORD, WORD);
		memcpy(to, &v, WORD);
		memcpy(to + len - WORD, &end, WORD);
		return !(needs_care(v) | needs_care(end));
	}
	if (len >= WORD / 2) {
		v = load(from, WORD / 2);
		end = load(from + len - WORD / 2, WORD / 2);
		memcpy(to, &v, WORD / 2);
		memcpy(to + len - WORD / 2, &end, WORD / 2);
		return !needs_care(v | end << 32);
	}
	for (size_t i = 0; i < len; i++) {
		to[i] = from[i];
		care |= needs_care(EACH_BYTE(1) * (unsigned char)from[i]);
	}
	return !care;
}

/* Bytes at the beginning of s that stand in a JSON string as they are. */
static size_t plain_length(const unsigned char *s, size_t len)
{
	size_t at = 0, n;

	for (;;) {
		for (n = BLOCK; n == BLOCK && at + BLOCK <= len; at += n)
			n = zeros_before(care_in(load_block((const char *)s + at)));
		if (at == len || s[at] < 0x20 || s[at] == '"' || s[at] == '\\' ||
		    (n = utf8_length(s + at, len - at)) == 0)
			return at;
		at += n;
	}
}

static void add_with_care(struct buf *out, const unsigned char *p, size_t len)
{
	while (len) {
		size_t n = plain_length(p, len);

		buf_add(out, (const char *)p, n);
		if (n < len)
			add_escaped(out, p[n++]);
		p += n;
		len -= n;
	}
}

void jsonw_pair(struct jsonw *w, struct span key, struct span s)
{
	if (buf_has_room(w->out, key.len + s.len + 6)) {
		char *from = w->out->data + w->out->len, *to = from;

		if (w->comma)
			*to++ = ',';
		*to = '"';
		memcpy(to + 1 + key.len, "\":\"", 3);
		to[key.len + 4 + s.len] = '"';
		if (copy_plain(to + 1, key.data, key.len) &&
		    copy_plain(to + key.len + 4, s.data, s.len)) {
			w->out->len += (size_t)(to - from) + key.len + s.len + 5;
			w->comma = true;
			return;
		}
	}
	jsonw_key_span(w, key);
	jsonw_string(w, s);
}

void jsonw_quote(struct buf *out, struct span s)
{
	if (buf_has_room(out, s.len + 2)) {
		char *to = out->data + out->len;

		to[0] = '"';
		if (copy_plain(to + 1, s.data, s.len)) {
			to[s.len + 1] = '"';
			out->len += s.len + 2;
			return;
		}
	}
	buf_add_char(out, '"');
	add_with_care(out, (const unsigned char *)s.data, s.len);
	buf_add_char(out, '"');
}
