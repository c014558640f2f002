/*
 * Patterns from users on texts from anywhere: what matches lies in the text, and compiled to
 * machine code or not the answer is the same.
 */
#include "pattern/pattern.h"

#include "base/utf8.h"

#include "../fuzz.h"

static void check_captures(const struct pattern *p, struct span text)
{
	struct span whole = pattern_capture(p, text, 0);

	FUZZ_CHECK(whole.data >= text.data && whole.data + whole.len <= text.data + text.len);
	for (int i = 1; i <= PATTERN_MAX_GROUPS; i++) {
		struct span group = pattern_capture(p, text, i);

		if (group.data)
			FUZZ_CHECK(group.data >= text.data &&
				   group.data + group.len <= text.data + text.len);
	}
	(void)pattern_group(p, SPAN("name"));
}

static enum pattern_result try(struct span pattern, unsigned flags, struct span text)
{
	struct err e = ERR_INIT;
	struct pattern *p = NULL;
	enum pattern_result result;

	if (pattern_compile(pattern, flags, &p, &e) != 0) {
		FUZZ_CHECK(e.code == EX_BADCONFIG && e.text[0]);
		return PATTERN_GAVE_UP;
	}
	FUZZ_CHECK(pattern.len <= PATTERN_MAX_BYTES);
	result = pattern_try(p, text);
	if (result == PATTERN_YES)
		check_captures(p, text);
	pattern_free(p);
	return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input(data, size);
	unsigned flags = fuzz_byte(&in) & (PATTERN_WHOLE | PATTERN_NAMED);
	struct span pattern = fuzz_until(&in, '\n'), rest = fuzz_rest(&in);
	char *copy = fuzz_copy(rest, 0);
	struct span text = span_of(copy, rest.len);
	enum pattern_result plain = try(pattern, flags, text), fast;

	fast = try(pattern, flags | PATTERN_FAST, text);
	if (plain != PATTERN_GAVE_UP && fast != PATTERN_GAVE_UP)
		FUZZ_CHECK(plain == fast);
	if (utf8_valid_prefix(text) == text.len) {
		FUZZ_CHECK(plain != PATTERN_NOT_UTF8);
		fast = try(pattern, flags | PATTERN_FAST | PATTERN_VALID, text);
		if (plain != PATTERN_GAVE_UP && fast != PATTERN_GAVE_UP)
			FUZZ_CHECK(plain == fast);
	}
	free(copy);
	return 0;
}
