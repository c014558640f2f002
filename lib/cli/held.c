#include "cli/held.h"

/* A line in the buffer; one record and what is spliced in, so not bounded by HELD_BYTES. */
#define LINES_MAX ((size_t)4 << 30)

void held_init(struct held *h)
{
	*h = (struct held){.lines = BUF_INIT(LINES_MAX)};
}

void held_release(struct held *h)
{
	buf_release(&h->lines);
}

void held_pass(struct held *h, const struct record *r)
{
	buf_add_span(&h->lines, record_line(r));
	buf_add_char(&h->lines, '\n');
}

bool held_is_full(const struct held *h)
{
	return h->rows >= HELD_ROWS || h->lines.len >= HELD_BYTES;
}

void held_emit(struct held *h, struct filter *f)
{
	struct span rest = buf_span(&h->lines);

	while (rest.len) {
		const char *end = memchr(rest.data, '\n', rest.len);
		size_t n = (size_t)(end - rest.data);

		filter_emit(f, span_of(rest.data, n));
		rest = span_of(end + 1, rest.len - n - 1);
	}
	buf_clear(&h->lines);
	h->rows = 0;
}
