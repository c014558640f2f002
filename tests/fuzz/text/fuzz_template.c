/*
 * Lines of a log: their header is found and taken off, their templates are mined, saved and put
 * back. A line is an instance of the template that it was given.
 */
#include "text/template.h"

#include "text/header.h"

#include "../fuzz.h"

enum { TEMPLATES = 8 }; /* few, so that some are forgotten */

static void check_masked(struct span line)
{
	static struct masked m, again;
	size_t at = 0;

	mask_line(line, &m);
	FUZZ_CHECK(m.n <= MASK_WORDS_MAX && m.len <= sizeof m.text);
	for (size_t i = 0; i < m.n; i++) {
		FUZZ_CHECK(m.words[i].at >= at && m.words[i].len > 0);
		at = (size_t)m.words[i].at + m.words[i].len;
		FUZZ_CHECK(at <= m.len);
		FUZZ_CHECK(m.words[i].wild == span_is(mask_word(&m, i), "<*>"));
		/* masking what is masked changes nothing */
		mask_line(mask_word(&m, i), &again);
		FUZZ_CHECK(again.n == 1 && span_eq(mask_word(&again, 0), mask_word(&m, i)));
		FUZZ_CHECK(again.words[0].varies == m.words[i].varies);
	}
}

static void check_line(struct miner *m, struct span line)
{
	bool added = false;
	struct template *t = miner_add(m, line, &added);

	check_masked(line);
	FUZZ_CHECK(miner_count(m) <= TEMPLATES);
	if (!t)
		return;
	FUZZ_CHECK(strlen(t->id) == TEMPLATE_ID_LEN && t->text[0] && t->count >= 1);
	FUZZ_CHECK(!added || t->count == 1);
	FUZZ_CHECK(miner_find(m, line) == t);
}

/* What was saved makes a miner of the same templates, in the same order. */
static void check_restored(const struct miner *m)
{
	struct miner *again = miner_new(TEMPLATES, NULL, NULL);
	const struct template *a = NULL, *b = NULL;

	while ((a = miner_next(m, a))) {
		struct template_saved saved = template_save(a);

		FUZZ_CHECK(miner_restore(again, &saved));
	}
	FUZZ_CHECK(miner_count(m) == miner_count(again));
	while ((a = miner_next(m, a))) {
		b = miner_next(again, b);
		FUZZ_CHECK(b && strcmp(a->id, b->id) == 0 && strcmp(a->text, b->text) == 0 &&
			   a->count == b->count && a->serial == b->serial);
	}
	miner_free(again);
}

static void learn(struct header *h, struct span text)
{
	struct fuzz_input in = {text.data, text.len};

	while (in.left > 0 && h->lines < HEADER_LINES)
		header_learn(h, fuzz_until(&in, '\n'));
	header_decide(h);
	FUZZ_CHECK(h->columns <= HEADER_COLUMNS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input(data, size);
	struct span all = fuzz_rest(&in);
	char *copy = fuzz_copy(all, 0);
	struct fuzz_input lines = {copy, all.len};
	struct header h = {.lines = 0};
	struct miner *m = miner_new(TEMPLATES, NULL, NULL);

	learn(&h, span_of(copy, all.len));
	while (lines.left > 0) {
		struct span line = fuzz_until(&lines, '\n'), message = header_strip(&h, line);

		/* the message is the end of its line */
		FUZZ_CHECK(
			message.len <= line.len &&
			(message.len == 0 || message.data + message.len <= line.data + line.len));
		FUZZ_CHECK(message.len == 0 || message.data >= line.data);
		check_line(m, message);
	}
	check_restored(m);
	miner_free(m);
	free(copy);
	return 0;
}
