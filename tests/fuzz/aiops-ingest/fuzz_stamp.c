/*
 * The time of a log line, in any of the shapes that logs have: what is found lies in the line, and
 * can be written.
 */
#include "aiops-ingest/formats/stamp.h"

#include "base/err.h"

#include "../fuzz.h"

static bool inside(struct span part, struct span line)
{
	return part.len == 0 ||
	       (part.data >= line.data && part.data + part.len <= line.data + line.len);
}

static void check(const struct stamp *s, struct span line)
{
	char text[INSTANT_TEXT];
	size_t len = instant_text(s->time, text);
	struct instant again;
	struct err e = ERR_INIT;

	FUZZ_CHECK(s->shape && s->time.fraction >= 0 && s->time.fraction <= 9);
	FUZZ_CHECK(instant_parse(span_of(text, len), &again, &e) == 0 && again.ns == s->time.ns);
	FUZZ_CHECK(inside(s->before, line) && inside(s->rest, line) && inside(s->level, line));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct stamp_options options = {.now = {INT64_C(1794906600) * NS_PER_S, 0}};
	struct fuzz_input in = fuzz_input(data, size);
	size_t hint = 0;

	while (in.left > 0) {
		struct span piece = fuzz_until(&in, '\n');
		char *copy = fuzz_copy(piece, 0);
		struct span line = span_of(copy, piece.len);
		struct stamp found, alone;
		size_t fresh = 0;

		/* the shape of the last line is tried first, and changes how long it takes alone */
		if (stamp_find(line, &options, &hint, &found))
			check(&found, line);
		if (stamp_find(line, &options, &fresh, &found))
			check(&found, line);
		if (stamp_parse(line, &options, &alone))
			check(&alone, line);
		free(copy);
	}
	return 0;
}
