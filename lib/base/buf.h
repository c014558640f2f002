/*
 * A growing byte buffer with a hard maximum.
 *
 * The maximum is stated at init. What would pass it is not stored and sets
 * `overflow`; further appends are then ignored, so a writer appends freely and
 * asks once, before use, with buf_overflowed().
 */
#ifndef AIOPS_BASE_BUF_H
#define AIOPS_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

struct buf {
	char *data; /* not NUL-terminated; see buf_cstr */
	size_t len, cap, max;
	bool overflow;
};

#define BUF_INIT(max_bytes) ((struct buf){.max = (max_bytes)})

void buf_init(struct buf *b, size_t max_bytes);
void buf_release(struct buf *b); /* frees; the buffer is empty and usable again */
void buf_clear(struct buf *b);   /* len 0, overflow forgotten, memory kept */

static inline bool buf_overflowed(const struct buf *b)
{
	return b->overflow;
}

static inline struct span buf_span(const struct buf *b)
{
	return (struct span){b->data, b->len};
}

/* Room for n more bytes behind len; NULL (and overflow) if that passes max. */
char *buf_room(struct buf *b, size_t n);

/* True if n more bytes fit without growing: the common case, decided without a call. */
static inline bool buf_has_room(const struct buf *b, size_t n)
{
	return !b->overflow && n <= b->cap - b->len && n <= b->max - b->len;
}

/* What the inline appends below do when it does not fit yet. */
void buf_add_slow_(struct buf *b, const char *data, size_t len);

static inline void buf_add(struct buf *b, const char *data, size_t len)
{
	if (!buf_has_room(b, len) || len == 0) {
		buf_add_slow_(b, data, len);
		return;
	}
	memcpy(b->data + b->len, data, len);
	b->len += len;
}

static inline void buf_add_span(struct buf *b, struct span s)
{
	buf_add(b, s.data, s.len);
}

static inline void buf_add_char(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_add_cstr(struct buf *b, const char *s);
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_add_i64(struct buf *b, int64_t n);

/* The contents with a NUL behind them (not counted in len). Never NULL. */
const char *buf_cstr(struct buf *b);

/* Hands the memory over, NUL-terminated; the buffer is empty afterwards. */
char *buf_take(struct buf *b);

#endif
