/*
 * The judge of command lines. A word a line; one that begins with '?' is what stands before a
 * template's first reference, and so may go on as anything.
 *
 * Held: the judgement of a word that is not known is at least as grave as that of any word
 * that it may become; a wrapper makes no command milder.
 */
#include "aiops-runbook/effects/effects.h"

#include "../fuzz.h"
#include "base/mem.h"

enum { WORDS = 40 };

static struct effects *table;

static void start(void)
{
	struct err e = ERR_INIT;

	if (table)
		return;
	table = effects_new();
	FUZZ_CHECK(effects_add_folder(table, "share/effects", &e) == 0);
}

static enum effect judge(const struct word *words, size_t n)
{
	struct judgement j;

	effects_judge(table, words, n, SPAN_NONE, &j);
	FUZZ_CHECK(j.effect <= EFFECT_DESTRUCTIVE && memchr(j.why, '\0', sizeof j.why));
	FUZZ_CHECK(j.known || j.effect == EFFECT_DESTRUCTIVE);
	return j.effect;
}

static size_t split(struct span text, char *copy, struct word *out)
{
	size_t n = 0, from = 0;

	memcpy(copy, text.data, text.len);
	for (size_t i = 0; i <= text.len && n < WORDS; i++) {
		if (i < text.len && copy[i] != '\n')
			continue;
		copy[i] = '\0';
		out[n].known = copy[from] != '?';
		from += !out[n].known;
		out[n].text = span_of(copy + from, i - from);
		n++;
		from = i + 1;
	}
	return n;
}

/* No word, once it is not known, makes the call milder than it was. */
static void check_unknown(struct word *words, size_t n, enum effect known)
{
	for (size_t i = 0; i < n; i++) {
		struct word w = words[i];

		if (!w.known)
			continue;
		words[i].known = false;
		for (size_t cut = w.text.len + 1; cut-- > 0; cut /= 2) {
			/* No value begins with '-' that a flag may be taken for: RB105. */
			if (cut == 0 && w.text.data[0] == '-')
				break;
			words[i].text.len = cut;
			FUZZ_CHECK(judge(words, n) >= known);
		}
		words[i] = w;
	}
}

static void check_wrapped(const struct word *words, size_t n, enum effect bare)
{
	static const struct word timeout[] = {{{"timeout", 7}, true}, {{"5", 1}, true}};
	static const struct word nice[] = {{{"nice", 4}, true}};
	struct word all[WORDS + 2];

	memcpy(all, timeout, sizeof timeout);
	memcpy(all + 2, words, n * sizeof *words);
	FUZZ_CHECK(judge(all, n + 2) >= bare);
	memcpy(all, nice, sizeof nice);
	memcpy(all + 1, words, n * sizeof *words);
	FUZZ_CHECK(judge(all, n + 1) >= bare);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size < 2000 ? size : 2000};
	char *copy = mem_alloc(text.len + 1);
	struct word words[WORDS];
	size_t n = split(text, copy, words);
	enum effect effect;

	start();
	effect = judge(words, n);
	check_unknown(words, n, effect);
	if (words[0].text.len && words[0].text.data[0] != '-')
		check_wrapped(words, n, effect);
	free(copy);
	return 0;
}
