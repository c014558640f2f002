/*
 * A breaker from a row or a state file: what is read is written the same, and whatever it holds it
 * goes on within its rules.
 */
#include "breaker/breaker.h"

#include "../fuzz.h"

#define NOW_MS INT64_C(1794906600000)

static void run(struct breaker *b, struct fuzz_input *steps)
{
	int64_t now_ms = NOW_MS;

	while (steps->left > 0) {
		uint8_t step = fuzz_byte(steps);
		struct breaker_permit permit;
		int64_t retry_ms = 0;

		now_ms += (step >> 4) * 1000;
		if (breaker_try(b, &breaker_calls, now_ms, &permit, &retry_ms))
			(void)breaker_report(b, &breaker_calls, permit,
					     (enum breaker_result)(step % 3), step, now_ms + step);
		else
			FUZZ_CHECK(retry_ms >= 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input(data, size);
	struct span line = fuzz_until(&in, '\n');
	char *copy = fuzz_copy(line, 0);
	struct buf out = BUF_INIT(1 << 16);
	struct breaker b, again;
	struct err e = ERR_INIT;

	if (breaker_parse(span_of(copy, line.len), &b, &e) == 0) {
		breaker_add_text(&out, &b);
		FUZZ_CHECK(!buf_overflowed(&out));
		FUZZ_CHECK(breaker_parse(buf_span(&out), &again, &e) == 0);
		run(&b, &in);
		buf_clear(&out);
		breaker_add_text(&out, &b);
		FUZZ_CHECK(breaker_parse(buf_span(&out), &again, &e) == 0);
	} else {
		FUZZ_CHECK(e.code == EX_BADDATA && e.text[0]);
	}
	buf_release(&out);
	free(copy);
	return 0;
}
