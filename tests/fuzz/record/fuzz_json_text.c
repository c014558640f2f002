/*
 * Any bytes written as a JSON string make a record that jansson reads, and valid UTF-8 comes back
 * as it was; any double reads back as itself.
 */
#include "record/jsonw.h"

#include <math.h>

#include "base/utf8.h"

#include "../fuzz.h"
#include "../fuzz_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input(data, size);
	uint64_t bits = fuzz_u64(&in);
	struct span rest = fuzz_rest(&in);
	char *copy = fuzz_copy(rest, 0);
	struct span text = span_of(copy, rest.len);
	struct buf out = BUF_INIT(6 * rest.len + 200);
	struct jsonw w = jsonw_to(&out);
	json_t *tree, *back;
	json_error_t error;
	double number;

	memcpy(&number, &bits, sizeof number);
	jsonw_object(&w);
	jsonw_literal_member(&w, "text", text);
	jsonw_member_double(&w, "number", number);
	jsonw_member_i64(&w, "integer", (int64_t)bits);
	jsonw_object_end(&w);
	FUZZ_CHECK(!buf_overflowed(&out));
	FUZZ_CHECK(!memchr(out.data, '\n', out.len));
	tree = fuzz_json_tree(buf_span(&out), &error);
	FUZZ_CHECK(tree);
	back = json_object_get(tree, "text");
	FUZZ_CHECK(json_is_string(back));
	if (utf8_valid_prefix(text) == text.len)
		FUZZ_CHECK(
			span_eq(text, span_of(json_string_value(back), json_string_length(back))));
	back = json_object_get(tree, "number");
	if (isfinite(number))
		FUZZ_CHECK(json_number_value(back) == number);
	else
		FUZZ_CHECK(json_is_null(back));
	FUZZ_CHECK(json_integer_value(json_object_get(tree, "integer")) == (json_int_t)bits);
	json_decref(tree);
	buf_release(&out);
	free(copy);
	return 0;
}
