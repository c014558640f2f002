/*
 * Payloads of --to: whatever an accepted record holds, what is made of it is JSON, and a record
 * that has no place there makes nothing.
 */
#include "aiops-ingest/payload.h"

#include "../fuzz.h"
#include "../fuzz_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool (*const payloads[])(const struct record *, struct jsonw *) = {
		payload_alertmanager, payload_otlp, payload_cloudevents};
	struct fuzz_input in = fuzz_input(data, size);
	struct span all = fuzz_rest(&in);
	char *copy = fuzz_copy(all, RECORD_PADDING);
	struct record *r = record_new(RECORD_DEFAULT_MAX);
	enum reject_code why;
	struct err e = ERR_INIT;

	if (record_parse(r, copy, all.len, &why, &e) == 0)
		for (size_t i = 0; i < sizeof payloads / sizeof *payloads; i++) {
			struct buf out = BUF_INIT(1 << 20);
			struct jsonw w = jsonw_to(&out);

			if (payloads[i](r, &w))
				FUZZ_CHECK(!buf_overflowed(&out) && fuzz_json_ok(buf_span(&out)));
			else
				FUZZ_CHECK(out.len == 0);
			buf_release(&out);
		}
	record_free(r);
	free(copy);
	return 0;
}
