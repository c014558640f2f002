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

void buf_add(struct buf *b, const char *data, size_t len);
void buf_add_span(struct buf *b, struct span s);
void buf_add_cstr(struct buf *b, const char *s);
void buf_add_char(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_add_i64(struct buf *b, int64_t n);

/* The contents with a NUL behind them (not counted in len). Never NULL. */
const char *buf_cstr(struct buf *b);

/* Hands the memory over, NUL-terminated; the buffer is empty afterwards. */
char *buf_take(struct buf *b);

#endif
