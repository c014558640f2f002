/*
 * URLs: an origin is scheme, host and port and is its own origin; no user and no password comes
 * out of one. A query part is percent-encoded whatever it is.
 */
#include "net/http.h"

#include "../fuzz.h"

static void check_origin(const char *url)
{
	struct buf once = BUF_INIT(8192), twice = BUF_INIT(8192);
	struct err e = ERR_INIT;

	if (http_origin(url, &once, &e) == 0) {
		struct span origin = buf_span(&once);

		FUZZ_CHECK(span_starts(origin, "http://") || span_starts(origin, "https://"));
		FUZZ_CHECK(!memchr(origin.data, '@', origin.len) &&
			   !memchr(origin.data, '?', origin.len));
		FUZZ_CHECK(http_origin(buf_cstr(&once), &twice, &e) == 0);
		FUZZ_CHECK(span_eq(buf_span(&once), buf_span(&twice)));
	} else {
		FUZZ_CHECK(e.code == EX_BADUSAGE && e.text[0]);
	}
	buf_release(&once);
	buf_release(&twice);
}

static void check_query(struct span text)
{
	struct buf out = BUF_INIT(3 * text.len + 1);

	http_add_query(&out, text);
	FUZZ_CHECK(!buf_overflowed(&out) && out.len >= text.len);
	for (size_t i = 0; i < out.len; i++)
		FUZZ_CHECK(out.data[i] > ' ' && out.data[i] < 0x7F &&
			   !strchr("&=+#?/", out.data[i]));
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input(data, size);
	struct span all = fuzz_rest(&in);
	char *url = mem_dup(all.data, all.len);

	check_origin(url);
	check_query(all);
	free(url);
	return 0;
}
