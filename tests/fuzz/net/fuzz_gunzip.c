/*
 * Compressed bodies: any bytes end in what they hold or in a refusal, within the limit; what was
 * compressed comes back, and nothing behind it is taken for granted.
 */
#include "net/gunzip.h"

#include <zlib.h>

#include "../fuzz.h"

enum { LIMIT = 64 << 10 };

static void check_any(struct span packed)
{
	struct buf out = BUF_INIT(LIMIT);
	struct err e = ERR_INIT;

	if (gunzip(packed, &out, &e) != 0)
		FUZZ_CHECK((e.code == EX_BADDATA || e.code == EX_POLICY) && e.text[0]);
	FUZZ_CHECK(out.len <= LIMIT);
	buf_release(&out);
}

static void check_packed(struct span text)
{
	uLongf len = compressBound(text.len);
	char *packed = mem_alloc(len);
	struct buf out = BUF_INIT(text.len + 1);
	struct err e = ERR_INIT;

	FUZZ_CHECK(compress((Bytef *)packed, &len, (const Bytef *)text.data, text.len) == Z_OK);
	FUZZ_CHECK(gunzip(span_of(packed, len), &out, &e) == 0);
	FUZZ_CHECK(span_eq(buf_span(&out), text));
	buf_clear(&out);
	FUZZ_CHECK(gunzip(span_of(packed, len - 1), &out, &e) != 0);
	buf_release(&out);
	free(packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input(data, size);
	struct span all = fuzz_rest(&in);
	char *copy = fuzz_copy(all, 0);

	check_any(span_of(copy, all.len));
	check_packed(span_of(copy, all.len));
	free(copy);
	return 0;
}
