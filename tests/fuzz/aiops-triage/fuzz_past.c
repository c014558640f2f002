/*
 * A past incident: Markdown with a YAML head, or a record with the same keys.
 *
 * Held: every field is there, no longer than it may be, and what was read from the text is taken
 * into a history once.
 */
#include "aiops-triage/past/past.h"

#include "../fuzz.h"

static void check(struct past *p)
{
	struct err e = ERR_INIT;
	struct history h;
	struct past copy = {.dated = false};

	for (int i = 0; i < PAST_FIELDS; i++) {
		FUZZ_CHECK(p->fields[i]);
		FUZZ_CHECK(strlen(p->fields[i]) <= PAST_TEXT_BYTES + 8);
		copy.fields[i] = mem_dupz(p->fields[i]);
	}
	FUZZ_CHECK(past_text(p, PAST_ID).len > 0);
	history_init(&h);
	if (history_add_take(&h, p, &e) != 0) {
		past_release(p);
		past_release(&copy);
	} else {
		FUZZ_CHECK(h.n == 1 && history_add_take(&h, &copy, &e) != 0);
		past_release(&copy);
	}
	history_release(&h);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct record *r;
	struct span text = {(const char *)data, size};
	char *line = fuzz_copy(text, RECORD_PADDING);
	struct err e = ERR_INIT, e2 = ERR_INIT, e3 = ERR_INIT;
	enum reject_code why;
	struct past p = {.dated = false}, q = {.dated = false};

	r = r ? r : record_new(1u << 20);
	if (past_from_markdown(&p, text, &e) == 0)
		check(&p);
	else
		FUZZ_CHECK(e.code == EX_BADCONFIG && *e.text);
	if (record_parse(r, line, size, &why, &e2) == 0) {
		if (past_from_record(&q, r, &e3) == 0)
			check(&q);
		else
			FUZZ_CHECK(e3.code == EX_BADCONFIG && *e3.text);
	}
	free(line);
	return 0;
}
