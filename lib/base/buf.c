#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void buf_init(struct buf *b, size_t max_bytes)
{
	*b = BUF_INIT(max_bytes);
}

void buf_release(struct buf *b)
{
	free(b->data);
	*b = BUF_INIT(b->max);
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	b->overflow = false;
}

char *buf_room(struct buf *b, size_t n)
{
	if (b->overflow || n > b->max - b->len) {
		b->overflow = true;
		return NULL;
	}
	mem_grow(b->data, b->cap, b->len + n);
	return b->data + b->len;
}

void buf_add_slow_(struct buf *b, const char *data, size_t len)
{
	char *to;

	if (len == 0)
		return;
	to = buf_room(b, len);
	if (!to)
		return;
	memcpy(to, data, len);
	b->len += len;
}

void buf_add_cstr(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	char small[256], *big;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(small, sizeof small, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	if ((size_t)n < sizeof small) {
		buf_add(b, small, (size_t)n);
		return;
	}
	big = mem_alloc((size_t)n + 1);
	va_start(ap, fmt);
	(void)vsnprintf(big, (size_t)n + 1, fmt, ap);
	va_end(ap);
	buf_add(b, big, (size_t)n);
	free(big);
}

void buf_add_i64(struct buf *b, int64_t n)
{
	char digits[24];
	size_t at = sizeof digits;
	uint64_t u = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

	for (; u >= 100; u /= 100) {
		digits[--at] = (char)('0' + u % 10);
		digits[--at] = (char)('0' + u % 100 / 10);
	}

	do {
		digits[--at] = (char)('0' + u % 10);
		u /= 10;
	} while (u);
	if (n < 0)
		digits[--at] = '-';
	buf_add(b, digits + at, sizeof digits - at);
}

const char *buf_cstr(struct buf *b)
{
	mem_grow(b->data, b->cap, b->len + 1);
	b->data[b->len] = '\0';
	return b->data;
}

char *buf_take(struct buf *b)
{
	char *p;

	(void)buf_cstr(b);
	p = b->data;
	*b = BUF_INIT(b->max);
	return p;
}
