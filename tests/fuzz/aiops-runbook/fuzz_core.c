/*
 * What the store gives back of a plan, and what a triaged incident says of a runbook.
 *
 * Held: the core is shown or refused; a choice is read with all its settings, whose texts are
 * there.
 */

#include "aiops-runbook/filter/choice.h"

#include "../fuzz.h"
#include "aiops-runbook/plan/plan_text.h"
#include "aiops-runbook/runs/core.h"
#include "record/record.h"

static void check_choice(struct span line)
{
	static struct record *r;
	struct buf padded = BUF_INIT(16u << 20);
	struct pool pool = {NULL};
	struct err e = ERR_INIT;
	enum reject_code why;
	struct choice c;

	r = r ? r : record_new(1u << 20);
	buf_add_span(&padded, line);
	FUZZ_CHECK(buf_room(&padded, RECORD_PADDING));
	if (record_parse(r, padded.data, line.len, &why, &e) == 0 && choice_is_there(r)) {
		choice_read(r, &pool, &c);
		FUZZ_CHECK(c.id.len > 0);
		FUZZ_CHECK(c.request.confidence >= 0 && c.request.confidence <= 1);
		for (size_t i = 0; i < c.n_labels; i++)
			FUZZ_CHECK(c.labels[i].name.data);
		for (size_t i = 0; i < c.n_proposed; i++)
			FUZZ_CHECK(c.proposed[i].name.data);
	}
	pool_release(&pool);
	buf_release(&padded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size};
	struct buf out = BUF_INIT(64u << 20);
	struct err e = ERR_INIT;
	struct core c;

	if (plan_write_text(text, &out, &e) != 0)
		FUZZ_CHECK(e.code && *e.text);
	err_clear(&e);
	if (core_open(&c, text, &e) != 0)
		FUZZ_CHECK(e.code && *e.text);
	core_release(&c);
	check_choice(text);
	buf_release(&out);
	return 0;
}
