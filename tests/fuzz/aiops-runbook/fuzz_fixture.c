/*
 * A fixture, and the calls that were made in its world.
 *
 * Held: of what is accepted each answer is one of its tool's, and choosing one is the same twice.
 */

#include "../fuzz.h"
#include "../memory_file.h"
#include "aiops-runbook/fixtures/calls.h"
#include "aiops-runbook/fixtures/fixture.h"

static void check_answers(const struct fixture *f)
{
	struct call_log before = {.n = 0};

	for (size_t i = 0; i < f->n_tools; i++) {
		const struct fake_tool *t = &f->tools[i];
		int64_t a = answer_choose(t, SPAN("get pods app"), SPAN("select 1"), &before);

		FUZZ_CHECK(t->name.len > 0);
		FUZZ_CHECK(a >= -1 && a < (int64_t)t->n);
		FUZZ_CHECK(answer_choose(t, SPAN("get pods app"), SPAN("select 1"), &before) == a);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct memory_file file = {.fd = -1};
	const char *path = memory_file_put(&file, span_of((const char *)data, size));
	struct call_log log = {.n = 0};
	struct err e = ERR_INIT, e2 = ERR_INIT;
	struct fixture f;

	if (fixture_load(path, &f, &e) == 0) {
		check_answers(&f);
		fixture_release(&f);
	} else {
		FUZZ_CHECK(e.code == EX_BADCONFIG && *e.text);
	}
	if (calls_read(path, &log, &e2) != 0)
		FUZZ_CHECK(e2.code == EX_BADDATA && *e2.text);
	calls_release(&log);
	return 0;
}
