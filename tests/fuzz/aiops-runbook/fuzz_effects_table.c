/*
 * A table of what tools do.
 *
 * Held: a tool that a table names is judged, the same twice; one that it does not name is
 * destructive; what is not accepted leaves a message.
 */
#include <unistd.h>

#include "../fuzz.h"
#include "aiops-runbook/effects/table.h"
#include "base/file.h"

static char folder[] = "/tmp/fuzz-XXXXXX", file[sizeof folder + 8];

static void clean(void)
{
	(void)unlink(file);
	(void)rmdir(folder);
}

static void start(void)
{
	if (*file)
		return;
	FUZZ_CHECK(mkdtemp(folder));
	(void)snprintf(file, sizeof file, "%s/t.yaml", folder);
	(void)atexit(clean);
}

static void put(struct span text)
{
	FILE *f = fopen(file, "we");

	FUZZ_CHECK(f && fwrite(text.data, 1, text.len, f) == text.len && fclose(f) == 0);
}

static void check_tools(const struct effects *t)
{
	for (const struct map_entry *en = map_next(&t->tools, NULL); en;
	     en = map_next(&t->tools, en)) {
		struct word words[] = {
			{{en->key, en->key_len}, true}, {SPAN("get"), true}, {SPAN("--all"), true}};
		struct judgement a, b;

		effects_judge(t, words, 3, SPAN("select 1"), &a);
		effects_judge(t, words, 3, SPAN("select 1"), &b);
		FUZZ_CHECK(a.effect == b.effect && strcmp(a.why, b.why) == 0);
		effects_judge(t, words, 1, SPAN_NONE, &a);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct word unknown = {SPAN("no such tool"), true};
	struct effects *t = effects_new();
	struct judgement j;
	struct err e = ERR_INIT;

	start();
	put(span_of((const char *)data, size));
	if (effects_add_folder(t, folder, &e) == 0)
		check_tools(t);
	else
		FUZZ_CHECK(e.code == EX_BADCONFIG && *e.text);
	effects_judge(t, &unknown, 1, SPAN_NONE, &j);
	FUZZ_CHECK(j.effect == EFFECT_DESTRUCTIVE || map_get(&t->tools, unknown.text));
	effects_free(t);
	return 0;
}
