/*
 * A baseline of findings that are known.
 *
 * Held: what it knows is suppressed, one finding a line; what is not accepted says where.
 */

#include "../fuzz.h"
#include "../memory_file.h"
#include "aiops-runbook/findings/baseline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct memory_file file = {.fd = -1};
	const char *path = memory_file_put(&file, span_of((const char *)data, size));
	struct findings f = {NULL};
	struct err e = ERR_INIT;
	struct baseline b;

	baseline_init(&b);
	finding_add(&f, RB002, (struct pos){1, 1}, "a");
	finding_add(&f, RB002, (struct pos){2, 1}, "a");
	finding_add(&f, RB003, (struct pos){3, 1}, "b");
	if (baseline_read(&b, path, &e) != 0)
		FUZZ_CHECK(e.code == EX_BADCONFIG && *e.text);
	else
		baseline_apply(&b, "a.yaml", &f);
	FUZZ_CHECK(f.n == 3 && f.errors + f.warnings <= 3);
	for (size_t i = 0; i < f.n; i++)
		FUZZ_CHECK(!f.items[i].suppressed || f.items[i].external);
	findings_release(&f);
	baseline_release(&b);
	return 0;
}
