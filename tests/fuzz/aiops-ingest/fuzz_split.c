/*
 * A document cut into parts: the same parts in whatever pieces it comes, each a run of the
 * document's own bytes but for what was cut out of it, and what stands around one is JSON.
 */
#include "aiops-ingest/split.h"

#include "../fuzz.h"
#include "../fuzz_json.h"

enum { MAX_PART = 512 };

static const char *const cuts[] = {"[]", "alerts[]", "[].alerts[]", "data.result[]", "a[].b[].c[]"};

static void check_around(struct split *s)
{
	struct buf text = BUF_INIT(1 << 16);
	struct split_part part;

	for (size_t i = 0; i < split_depth(s); i++) {
		split_around(s, i, &part, &text);
		FUZZ_CHECK(part.offset == split_offset(s, i));
		FUZZ_CHECK(text.len > 0 && (text.data[0] == '{' || text.data[0] == '['));
	}
	buf_release(&text);
}

/* What came out, as text. */
static void run(struct span document, size_t step, struct buf *log)
{
	struct split *s = split_new(cuts, sizeof cuts / sizeof *cuts, MAX_PART);
	enum split_result result = SPLIT_MORE;
	struct split_part part;

	split_begin(s, false);
	for (size_t at = 0; at < document.len && result == SPLIT_MORE; at += step) {
		size_t n = document.len - at < step ? document.len - at : step;
		char *piece = fuzz_copy(span_of(document.data + at, n), 0);
		struct span left = span_of(piece, n);

		while ((result = split_feed(s, &left, &part)) == SPLIT_PART ||
		       result == SPLIT_END) {
			FUZZ_CHECK(part.offset >= 0 && (size_t)part.offset < document.len);
			FUZZ_CHECK(part.text.len <= MAX_PART);
			buf_addf(log, "%d %lld %d ", part.cut, (long long)part.offset,
				 part.too_long);
			buf_add_span(log, part.text);
			buf_add_char(log, '\n');
			if (result == SPLIT_END)
				break;
			check_around(s);
		}
		free(piece);
	}
	if (result == SPLIT_BROKEN) {
		struct split_fault fault = split_fault(s);

		FUZZ_CHECK(fault.what && fault.code != REJECT_NONE && fault.offset >= 0);
		buf_addf(log, "broken %d %s %lld %d", fault.code, fault.what,
			 (long long)fault.offset, fault.starts_line);
	} else if (result == SPLIT_MORE) {
		buf_addf(log, "ends: %s", split_fault(s).what);
	}
	split_free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input(data, size);
	size_t step = fuzz_byte(&in) % 32 + 1;
	struct span document = fuzz_rest(&in);
	struct buf whole = BUF_INIT(1 << 24), pieces = BUF_INIT(1 << 24);

	/* The caller has seen that it is one. */
	if (document.len == 0 || (document.data[0] != '{' && document.data[0] != '['))
		return 0;
	run(document, document.len, &whole);
	run(document, step, &pieces);
	FUZZ_CHECK(span_eq(buf_span(&whole), buf_span(&pieces)));
	buf_release(&whole);
	buf_release(&pieces);
	return 0;
}
