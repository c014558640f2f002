/*
 * Judging a command of a runbook: its templates as words.
 */
#include "aiops-runbook/effects/effects.h"

#include <stdlib.h>

#include "base/mem.h"

static struct word word_of(const struct template *t)
{
	struct word w = {SPAN(""), true};

	for (size_t i = 0; i < t->n; i++) {
		if (t->parts[i].ref != REF_NONE) {
			w.known = false;
			break;
		}
		if (i == 0)
			w.text = t->parts[i].text; /* without references there is one part */
	}
	return w;
}

void effects_judge_command(const struct effects *t, const struct cmd *c, struct judgement *out)
{
	struct word *words = mem_array(NULL, c->argc ? c->argc : 1, sizeof *words);

	for (size_t i = 0; i < c->argc; i++)
		words[i] = word_of(&c->argv[i]);
	effects_judge(t, words, c->argc, c->input, out);
	free(words);
}
