/*
 * What the files of the judge share. Private to effects/.
 */
#ifndef AIOPS_RUNBOOK_EFFECTS_JUDGE_IMPL_H
#define AIOPS_RUNBOOK_EFFECTS_JUDGE_IMPL_H

#include "aiops-runbook/effects/table.h"

enum { INNER_MAX = 256, DEPTH_MAX = 6 };

/* What is being judged. */
struct call {
	const struct effects *table;
	const struct tool *tool;
	const struct word *words; /* without the tool's name */
	size_t n;
	struct span name, input;
	int depth;
	const struct tool_command *command;
	struct judgement *out;
};

/* judge.c: the words of a command, depth wrappers deep. */
void judge_words(const struct effects *t, const struct word *words, size_t n, struct span input,
		 int depth, struct judgement *out);
__attribute__((format(printf, 3, 4))) void judgement_say(struct judgement *j, enum effect effect,
							 const char *fmt, ...);
/* Only if it is worse than what was said. */
void judgement_raise(struct judgement *j, enum effect effect, const char *what, struct span why);

/* ---- flags.c ---- */

/* One flag as it stands: its name, and its value if it has one. */
struct flag {
	struct span name, value;
	bool has_value, value_known;
	bool open;    /* a template goes on with it: it may be any flag that begins so, or more */
	size_t words; /* that it takes, its own included; 0: there is more in its word */
};
/* Also "-" alone where a template goes on with it. */
bool is_flag(const struct word *w);
/* -rf, of which each letter is a flag. */
bool is_short(const struct call *c, const struct word *w);
/* -rf as -r and -f: at letter `letter` of the word; name is where its name is put. */
struct flag short_flag(const struct call *c, size_t i, size_t letter, char name[static 3]);
struct flag long_flag(const struct call *c, size_t i);
/* The words that are neither flags nor their values; at most max. */
size_t operands_of(const struct call *c, struct word *out, size_t max);
/* Holds the flags of the call to the rules of its tool. */
void apply_flags(struct call *c);

#endif
