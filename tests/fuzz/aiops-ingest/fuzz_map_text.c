/*
 * Documents on their way through jq: what is sent is JSON on one line, without secrets, and comes
 * back with every number as it was.
 */
#include "aiops-ingest/maps/jqmap_text.h"

#include "../fuzz.h"
#include "../fuzz_json.h"
#include "record/record.h"

static void check_document(struct span document)
{
	struct buf sent = BUF_INIT(16 * document.len + 64), back = BUF_INIT(16 * document.len + 64),
		   again = BUF_INIT(16 * document.len + 64);

	jqmap_encode(document, &sent);
	FUZZ_CHECK(!buf_overflowed(&sent) && fuzz_json_ok(buf_span(&sent)));
	FUZZ_CHECK(!memchr(sent.data, '\n', sent.len));
	jqmap_decode(buf_span(&sent), &back);
	FUZZ_CHECK(!buf_overflowed(&back) && fuzz_json_ok(buf_span(&back)));
	/* What came back, sent anew, is what was sent: nothing was lost on the way. */
	jqmap_encode(buf_span(&back), &again);
	FUZZ_CHECK(span_eq(buf_span(&sent), buf_span(&again)));
	buf_release(&sent);
	buf_release(&back);
	buf_release(&again);
}

/* What a child printed may be anything. */
static void check_answer(struct span line)
{
	struct buf out = BUF_INIT(16 * line.len + 64);

	jqmap_decode(line, &out);
	FUZZ_CHECK(!buf_overflowed(&out) && out.len <= line.len);
	buf_release(&out);
}

/* jansson stops at a number that it cannot hold, so it cannot tell of what stands behind. */
static bool is_document(struct span text)
{
	struct record *r = record_new(RECORD_DEFAULT_MAX);
	char *copy = fuzz_copy(text, RECORD_PADDING);
	enum reject_code why;
	struct err e = ERR_INIT;
	bool ok = record_parse(r, copy, text.len, &why, &e) == 0;

	free(copy);
	record_free(r);
	return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input(data, size);
	struct span all = fuzz_rest(&in);
	char *copy = fuzz_copy(all, 0);
	struct span text = span_of(copy, all.len);

	check_answer(text);
	if (is_document(text))
		check_document(text);
	free(copy);
	return 0;
}
