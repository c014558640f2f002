/*
 * Base64 of RFC 4648: whatever bytes come back as they were, and one text alone stands for them.
 */
#include "base/base64.h"
#include "base/utf8.h"

#include "../fuzz.h"

static void check_decode(struct span text)
{
	size_t max = text.len / 4 * 3 + 3, len;
	uint8_t *out = mem_alloc(max);
	struct buf again = BUF_INIT(text.len + 8);

	if (base64_decode(text, out, max, &len) == 0) {
		FUZZ_CHECK(len <= max);
		base64_add(&again, span_of((const char *)out, len));
		FUZZ_CHECK(span_eq(buf_span(&again), text));
		/* to the byte the room that it needs, and no more */
		if (len > 0)
			FUZZ_CHECK(base64_decode(text, out, len - 1, &len) != 0);
	}
	buf_release(&again);
	free(out);
}

static void check_encode(struct span bytes)
{
	struct buf text = BUF_INIT(bytes.len / 3 * 4 + 8);
	uint8_t *out = mem_alloc(bytes.len + 1);
	size_t len;

	base64_add(&text, bytes);
	FUZZ_CHECK(!buf_overflowed(&text));
	FUZZ_CHECK(base64_decode(buf_span(&text), out, bytes.len, &len) == 0 && len == bytes.len);
	FUZZ_CHECK(len == 0 || memcmp(out, bytes.data, len) == 0);
	free(out);
	buf_release(&text);
}

/* Code points one by one make up the valid beginning, and nothing behind it is one. */
static void check_utf8(struct span text)
{
	size_t valid = utf8_valid_prefix(text), at = 0, n;
	uint32_t cp;

	while ((n = utf8_next(span_of(text.data + at, text.len - at), &cp)) > 0) {
		FUZZ_CHECK(n <= 4 && cp <= 0x10FFFF && !(cp >= 0xD800 && cp < 0xE000));
		at += n;
	}
	FUZZ_CHECK(at == valid);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input(data, size);
	struct span all = fuzz_rest(&in);
	char *copy = fuzz_copy(all, 0);
	struct span text = span_of(copy, all.len);

	check_decode(text);
	check_encode(text);
	check_utf8(text);
	free(copy);
	return 0;
}
