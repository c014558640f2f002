#include "text/encoded.h"

#include <stdint.h>

/* What is shorter holds no secret that could be told. */
enum { LEAST = 16, HEX_LEAST = 24 };

enum {
	IN_BASE64 = 1u << 0, /* both alphabets, without '=' */
	IN_HEX = 1u << 1,
	IN_URL = 1u << 2, /* what URL encoders leave, '+' for a space, '%' */
};

#define N (IN_BASE64 | IN_URL)
#define A (N | IN_HEX)
#define B IN_BASE64
#define U IN_URL
/* clang-format off */
static const unsigned char classes_of[256] = {
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* 00 */
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* 10 */
	0, 0, 0, 0, 0, U, 0, 0, 0, 0, U, N, 0, N, U, B, /* 20 */
	A, A, A, A, A, A, A, A, A, A, 0, 0, 0, 0, 0, 0, /* 30 */
	0, A, A, A, A, A, A, N, N, N, N, N, N, N, N, N, /* 40 */
	N, N, N, N, N, N, N, N, N, N, N, 0, 0, 0, 0, N, /* 50 */
	0, A, A, A, A, A, A, N, N, N, N, N, N, N, N, N, /* 60 */
	N, N, N, N, N, N, N, N, N, N, N, 0, 0, 0, U, 0, /* 70 */
};
/* The value of a digit of base64, of either alphabet. */
static const unsigned char base64_digits[256] = {
	 0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0, /* 00 */
	 0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0, /* 10 */
	 0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0, 62,  0, 62,  0, 63, /* 20 */
	52, 53, 54, 55, 56, 57, 58, 59, 60, 61,  0,  0,  0,  0,  0,  0, /* 30 */
	 0,  0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, /* 40 */
	15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,  0,  0,  0,  0, 63, /* 50 */
	 0, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, /* 60 */
	41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51,  0,  0,  0,  0,  0, /* 70 */
};
/* clang-format on */
#undef N
#undef A
#undef B
#undef U

static unsigned class_of(char c)
{
	return classes_of[(unsigned char)c];
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void decode_base64(struct span run, struct buf *out)
{
	char *to = buf_room(out, run.len);
	uint32_t bits = 0;
	size_t n = 0;

	if (!to)
		return; /* longer than the text: it is not */
	for (size_t i = 0; i < run.len; i++) {
		bits = bits << 6 | base64_digits[(unsigned char)run.data[i]];
		if (i % 4)
			to[n++] = (char)(bits >> (6 - 2 * (i % 4)) & 0xff);
	}
	out->len += n;
}

static void decode_hex(struct span run, struct buf *out)
{
	for (size_t i = 0; i + 1 < run.len; i += 2)
		buf_add_char(out, (char)(hex_digit(run.data[i]) << 4 | hex_digit(run.data[i + 1])));
}

/* False if nothing in it was encoded: then it has been read as text. */
static bool decode_url(struct span run, struct buf *out)
{
	bool any = false;

	for (size_t i = 0; i < run.len; i++) {
		int high = i + 2 < run.len ? hex_digit(run.data[i + 1]) : -1;
		int low = high >= 0 ? hex_digit(run.data[i + 2]) : -1;

		if (run.data[i] == '%' && low >= 0) {
			buf_add_char(out, (char)(high << 4 | low));
			any = true;
			i += 2;
		} else {
			buf_add_char(out, run.data[i] == '+' ? ' ' : run.data[i]);
		}
	}
	return any;
}

static bool holds_secret(struct buf *decoded, struct secret *found)
{
	return secret_next(buf_span(decoded), 0, found);
}

/* Reads a run in one way after the other. */
static bool judge(struct span run, unsigned classes, struct buf *decoded, struct secret *found)
{
	if ((classes & IN_HEX) && run.len >= HEX_LEAST && run.len % 2 == 0) {
		buf_clear(decoded);
		decode_hex(run, decoded);
		if (holds_secret(decoded, found))
			return true;
	}
	if (classes & IN_BASE64) {
		buf_clear(decoded);
		decode_base64(run, decoded);
		return holds_secret(decoded, found);
	}
	buf_clear(decoded);
	return decode_url(run, decoded) && holds_secret(decoded, found);
}

/* The run of bytes of one class that begins at `at`; the classes that all of them have. */
static size_t run_end(struct span text, size_t at, unsigned class, unsigned *classes)
{
	unsigned all = class | IN_HEX;

	for (; at < text.len; at++) {
		unsigned here = class_of(text.data[at]);

		if (!(here & class))
			break;
		all &= here | class;
	}
	*classes = all;
	return at;
}

static bool next_of(struct span text, size_t from, unsigned class, struct buf *decoded,
		    struct secret *out)
{
	for (size_t at = from, end; at < text.len; at = end + 1) {
		unsigned classes;
		struct secret found;

		end = run_end(text, at, class, &classes);
		if (end - at < LEAST)
			continue;
		if (judge(span_of(text.data + at, end - at), classes, decoded, &found)) {
			while (end < text.len && text.data[end] == '=')
				end++;
			*out = (struct secret){at, end, found.type};
			return true;
		}
	}
	return false;
}

bool encoded_next(struct span text, size_t from, struct buf *decoded, struct secret *out)
{
	struct secret url;
	bool any;

	if (text.len < from + LEAST)
		return false;
	any = next_of(text, from, IN_BASE64, decoded, out);

	/* Without a '%' no URL encoder was here. */
	if (!memchr(text.data + from, '%', text.len - from))
		return any;
	if (!next_of(text, from, IN_URL, decoded, &url))
		return any;
	if (!any || url.begin < out->begin)
		*out = url;
	return true;
}
