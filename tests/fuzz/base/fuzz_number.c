/*
 * Numbers, durations and sizes: what is read can be written and read back as the same.
 */
#include "base/num.h"

#include <math.h>

#include "../fuzz.h"
#include "../fuzz_json.h"

static void check_double(struct span text)
{
	struct err e = ERR_INIT;
	struct buf out = BUF_INIT(64);
	double value, again;

	if (num_parse_double(text, &value, &e) != 0) {
		FUZZ_CHECK(e.code == EX_BADUSAGE && e.text[0]);
		return;
	}
	FUZZ_CHECK(isfinite(value));
	num_add_double(&out, value);
	FUZZ_CHECK(!buf_overflowed(&out) && num_is_json(buf_span(&out)));
	FUZZ_CHECK(num_parse_double(buf_span(&out), &again, &e) == 0);
	FUZZ_CHECK(memcmp(&value, &again, sizeof value) == 0 || (value == 0 && again == 0));
	buf_release(&out);
}

static void check_duration(struct span text)
{
	struct err e = ERR_INIT;
	struct buf out = BUF_INIT(128);
	int64_t ms, again;

	if (num_parse_duration_ms(text, &ms, &e) != 0) {
		FUZZ_CHECK(e.code == EX_BADUSAGE && e.text[0]);
		return;
	}
	FUZZ_CHECK(ms >= 0);
	num_add_duration_ms(&out, ms);
	FUZZ_CHECK(num_parse_duration_ms(buf_span(&out), &again, &e) == 0 && again == ms);
	buf_release(&out);
}

static void check_integer(struct span text)
{
	struct err e = ERR_INIT;
	struct buf out = BUF_INIT(64);
	int64_t n, again;
	size_t bytes;

	if (num_parse_i64(text, INT64_MIN, INT64_MAX, &n, &e) == 0) {
		buf_add_i64(&out, n);
		FUZZ_CHECK(num_parse_i64(buf_span(&out), n, n, &again, &e) == 0 && again == n);
	}
	err_clear(&e);
	if (num_parse_size(text, &bytes, &e) != 0)
		FUZZ_CHECK(e.code == EX_BADUSAGE && e.text[0]);
	buf_release(&out);
}

/* A number by RFC 8259 is one for jansson, and the other way round. */
static void check_grammar(struct span text)
{
	struct buf list = BUF_INIT(text.len + 2);

	buf_add_char(&list, '[');
	buf_add_span(&list, text);
	buf_add_char(&list, ']');
	if (num_is_json(text))
		FUZZ_CHECK(fuzz_json_ok(buf_span(&list)));
	buf_release(&list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input(data, size);
	struct span all = fuzz_rest(&in);
	char *copy = fuzz_copy(all, 0);
	struct span text = span_of(copy, all.len);

	check_double(text);
	check_duration(text);
	check_integer(text);
	check_grammar(text);
	free(copy);
	return 0;
}
