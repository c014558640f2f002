/*
 * Redaction: doing it again changes nothing, no secret found leaves the text as it is, and JSON
 * stays JSON.
 */
#include "text/redact.h"

#include "../fuzz.h"
#include "../fuzz_json.h"

static size_t redact(struct span in, struct buf *out, bool plain)
{
	size_t n = plain ? text_redact_plain(in, out) : text_redact(in, out);

	FUZZ_CHECK(!buf_overflowed(out));
	if (n == 0)
		FUZZ_CHECK(span_eq(in, buf_span(out)));
	return n;
}

static void check(struct span in, bool plain)
{
	/* A secret of one byte may be replaced by "[redacted:TYPE]". */
	struct buf once = BUF_INIT(64 * in.len + 4096), twice = BUF_INIT(64 * in.len + 4096);
	bool json = !plain && fuzz_json_valid(in);

	if (redact(in, &once, plain) > 0) {
		size_t more = redact(buf_span(&once), &twice, plain);

		/* What is no JSON and was taken for it may be read otherwise without its secrets.
		 */
		FUZZ_CHECK(more == 0 || !(json || plain));
		FUZZ_CHECK(!json || fuzz_json_valid(buf_span(&once)));
	}
	buf_release(&once);
	buf_release(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input(data, size);
	struct span all = fuzz_rest(&in);
	char *copy = fuzz_copy(all, 0);

	check(span_of(copy, all.len), false);
	check(span_of(copy, all.len), true);
	free(copy);
	return 0;
}
