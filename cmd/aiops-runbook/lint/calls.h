/*
 * Commands as rules look at them: words, with the programme found behind
 * wrappers (sudo, timeout, xargs), and the simple commands inside a constant
 * script for a shell or for ssh each as one of its own.
 */
#ifndef AIOPS_RUNBOOK_CALLS_H
#define AIOPS_RUNBOOK_CALLS_H

#include "aiops-runbook/lint/lint.h"

struct call_word {
	struct span text; /* as written, {{...}} included; quotes around it in a script taken off */
	struct pos at;
};

struct call {
	const struct command_use *use;
	const struct call_word *words;
	size_t n;
	size_t tool;    /* index of the word that names the programme */
	bool in_script; /* of a script, not argv */
	bool piped;     /* the command before it is piped into it */
	char end;       /* what ends it in a script: ; | & or 0; 'a' is &&, 'o' is || */
	const struct call_word *before; /* the programme that is piped into it; NULL if none */
};

typedef void call_fn(void *ctx, const struct call *c);
void lint_each_call(const struct runbook *rb, call_fn *fn, void *ctx);

/* The programme's name without its folder. */
struct span call_tool(const struct call *c);
/* That name is one of these (NULL-terminated). */
bool call_is_one(const struct call *c, const char *const *names);
bool call_is(const struct call *c, const char *name);
/* Some word behind the programme is this one; NULL if none. */
const struct call_word *call_word(const struct call *c, const char *word);
const struct call_word *call_word_of(const struct call *c, const char *const *words);
/* An option: --long, --long=..., or the letter in a bundle -xyz; letter 0 or long NULL: not looked
 * for. */
const struct call_word *call_option(const struct call *c, char letter, const char *long_name);
/* The words stand in this order, others may be between: {"rollout", "restart", NULL}. */
bool call_says(const struct call *c, const char *const *words);

struct span base_name(struct span path);
bool is_one_of(struct span s, const char *const *words);
/* needle (lower case or not) stands in s. */
bool has_nocase(struct span s, const char *needle);
/* A shell that takes a script with -c. */
bool is_shell(struct span tool);
/* The name ends in password, token, ...: what it stands for is secret. */
bool names_secret(struct span name);
/* The id of a use for messages, "?" if it has none. */
const char *use_id(const struct command_use *use);
/* The id of a step for messages, "?" if it has none. */
const char *step_name(const struct step *s);

#endif
