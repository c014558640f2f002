/*
 * The literal that a pattern needs: a text that the pattern matches holds it, in any case of its
 * letters, and is found to hold it.
 */
#include "aiops-ingest/patterns/literal.h"

#include "aiops-ingest/patterns/prefilter.h"
#include "pattern/pattern.h"

#include "../fuzz.h"

static void fold(struct span text, struct buf *out)
{
	for (size_t i = 0; i < text.len; i++)
		buf_add_char(out, text.data[i] >= 'A' && text.data[i] <= 'Z'
					  ? (char)(text.data[i] + 'a' - 'A')
					  : text.data[i]);
}

static bool matches(struct span pattern, struct span text)
{
	struct err e = ERR_INIT;
	struct pattern *p = NULL;
	bool yes = pattern_compile(pattern, 0, &p, &e) == 0 && pattern_try(p, text) == PATTERN_YES;

	pattern_free(p);
	return yes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input(data, size);
	struct span pattern = fuzz_until(&in, '\n'), text = fuzz_rest(&in), literal;
	struct buf needed = BUF_INIT(PATTERN_MAX_BYTES), folded = BUF_INIT(text.len + 1);

	if (pattern.len <= PATTERN_MAX_BYTES && literal_required(pattern, &needed)) {
		struct prefilter *filter;
		struct prefilter_hits hits;
		bool there;

		literal = buf_span(&needed);
		FUZZ_CHECK(literal.len >= LITERAL_MIN);
		fold(text, &folded);
		there = span_find(buf_span(&folded), literal) != NULL;
		filter = prefilter_new(&literal, 1);
		prefilter_scan(filter, text, &hits);
		FUZZ_CHECK(prefilter_hit(&hits, 0) == there);
		prefilter_free(filter);
		if (!there)
			FUZZ_CHECK(!matches(pattern, text));
	}
	buf_release(&needed);
	buf_release(&folded);
	return 0;
}
