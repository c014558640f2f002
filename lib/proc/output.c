#include "proc/output.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void output_init(struct output *o, size_t limit)
{
	size_t head = limit - limit / 2;

	*o = (struct output){.head = BUF_INIT(head), .tail_limit = limit / 2};
	(void)crypto_hash_sha256_init(&o->hash); /* cannot fail */
}

/* Fills the head; returns what did not fit. */
static struct span add_head(struct output *o, struct span s)
{
	size_t room = o->head.max - o->head.len;
	size_t n = s.len < room ? s.len : room;

	buf_add(&o->head, s.data, n);
	return span_of(s.data + n, s.len - n);
}

/* Until the ring is full it grows like a buffer; then the oldest bytes are
 * written over. */
static void add_tail(struct output *o, struct span s)
{
	if (s.len > o->tail_limit)
		s = span_of(s.data + (s.len - o->tail_limit), o->tail_limit);
	if (o->tail_len < o->tail_limit) {
		size_t room = o->tail_limit - o->tail_len;
		size_t n = s.len < room ? s.len : room;

		mem_grow(o->tail, o->tail_cap, o->tail_len + n);
		memcpy(o->tail + o->tail_len, s.data, n);
		o->tail_len += n;
		s = span_of(s.data + n, s.len - n);
	}
	while (s.len) {
		size_t room = o->tail_limit - o->tail_at;
		size_t n = s.len < room ? s.len : room;

		memcpy(o->tail + o->tail_at, s.data, n);
		o->tail_at = (o->tail_at + n) % o->tail_limit;
		s = span_of(s.data + n, s.len - n);
	}
}

void output_add(struct output *o, struct span bytes)
{
	struct span rest;

	if (!bytes.len)
		return;
	(void)crypto_hash_sha256_update(&o->hash, (const unsigned char *)bytes.data,
					bytes.len); /* cannot fail */
	o->total += bytes.len;
	rest = add_head(o, bytes);
	if (rest.len && o->tail_limit)
		add_tail(o, rest);
}

void output_finish(struct output *o, struct proc_output *out)
{
	uint64_t left_out = o->total - o->head.len - o->tail_len;

	*out = (struct proc_output){.total_bytes = o->total, .truncated = left_out > 0};
	(void)crypto_hash_sha256_final(&o->hash, out->digest.bytes); /* cannot fail */
	out->kept = o->head;
	o->head = BUF_INIT(0);
	out->kept.max += o->tail_len + 64; /* 64: the line between */
	if (left_out)
		buf_addf(&out->kept, "\n... %" PRIu64 " bytes left out ...\n", left_out);
	if (o->tail_len) {
		buf_add(&out->kept, o->tail + o->tail_at, o->tail_len - o->tail_at);
		buf_add(&out->kept, o->tail, o->tail_at);
	}
	output_release(o);
}

void output_release(struct output *o)
{
	buf_release(&o->head);
	free(o->tail);
	o->tail = NULL;
	o->tail_len = o->tail_cap = o->tail_at = 0;
}
