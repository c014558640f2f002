/*
 * What aiops-drift keeps between runs: a named baseline, and which alerts fire.
 *
 * Held: what is accepted is written so that it reads the same; what is not says why.
 */
#include "aiops-drift/compare/baseline.h"
#include "aiops-drift/compare/firing_file.h"

#include <unistd.h>

#include "../fuzz.h"

static char folder[] = "/tmp/fuzz-XXXXXX", kept[sizeof folder + 24], lock[sizeof kept + 8];

static void clean(void)
{
	(void)unlink(kept);
	(void)unlink(lock);
	(void)rmdir(folder);
}

static void put(struct span text)
{
	FILE *f;

	if (!*kept) {
		FUZZ_CHECK(mkdtemp(folder));
		(void)snprintf(kept, sizeof kept, "%s/b.baseline.ndjson", folder);
		(void)snprintf(lock, sizeof lock, "%s.lock", kept);
		(void)atexit(clean);
	}
	f = fopen(kept, "we");
	FUZZ_CHECK(f && fwrite(text.data, 1, text.len, f) == text.len && fclose(f) == 0);
}

static void check_baseline(void)
{
	struct err e = ERR_INIT, e2 = ERR_INIT;
	struct baseline b, again;
	size_t n = 0;

	if (baseline_load(&b, folder, "b", &e) != 0) {
		FUZZ_CHECK(e.code == EX_BADCONFIG && *e.text);
		baseline_release(&b);
		return;
	}
	FUZZ_CHECK(baseline_save(&b, folder, &e) == 0);
	FUZZ_CHECK(baseline_load(&again, folder, "b", &e2) == 0);
	for (struct map_entry *en = map_next(&b.by_feature, NULL); en;
	     en = map_next(&b.by_feature, en), n++) {
		const struct base *x = en->value.ptr, *y = baseline_get(&again, en->key);

		FUZZ_CHECK(y && x->missing == y->missing && x->s.n == y->s.n);
		FUZZ_CHECK(memcmp(x->quantiles, y->quantiles, sizeof x->quantiles) == 0);
	}
	FUZZ_CHECK(again.by_feature.live == n);
	baseline_release(&b);
	baseline_release(&again);
}

static void check_firing(void)
{
	struct firing_file file = FIRING_FILE_INIT, again = FIRING_FILE_INIT;
	struct err e = ERR_INIT;
	struct firing f, g;

	firing_init(&f);
	firing_init(&g);
	if (firing_file_open(&file, kept, &f, &e) == 0) {
		FUZZ_CHECK(firing_file_write(&file, &f, &e) == 0);
		firing_file_close(&file);
		FUZZ_CHECK(firing_file_open(&again, kept, &g, &e) == 0);
		FUZZ_CHECK(f.by_name.live == g.by_name.live);
	} else {
		FUZZ_CHECK(e.code == EX_BADCONFIG && *e.text);
	}
	firing_file_close(&file);
	firing_file_close(&again);
	firing_release(&f);
	firing_release(&g);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	put(span_of((const char *)data, size));
	check_firing();
	put(span_of((const char *)data, size));
	check_baseline();
	return 0;
}
