/*
 * What the commands that change one incident have in common: find it, check that it
 * is still what the person looked at, change, and show what was done.
 */
#ifndef AIOPS_INCIDENT_CLERK_H
#define AIOPS_INCIDENT_CLERK_H

#include <stddef.h>

#include "aiops-incident/commands.h"
#include "aiops-incident/register/change.h"

struct clerk {
	struct cli *c;
	const struct change_options *o;
	struct desk desk;
	struct pool pool;
	struct buf text, name; /* the sentence; the actor, if it is no login name */
	struct incident inc;
	struct edit edit;   /* from, at_ns and actor are set already */
	char *const *words; /* operands behind the incident */
	size_t n_words;
};

/* Changes k->inc and fills k->edit. Errors: EX_FORBIDDEN, EX_CONFLICT, EX_BADUSAGE, the store's. */
typedef int clerk_fn(struct clerk *k, struct err *e);

/* For each operand: one incident, one transaction. */
int clerk_each(struct cli *c, clerk_fn *fn);
/* For the first operand; min to max words follow it. what: them in words, for the message. */
int clerk_one(struct cli *c, clerk_fn *fn, size_t min, size_t max, const char *what);
/* No incident yet: fn makes one. The operands are all words, at least one. */
int clerk_new(struct cli *c, clerk_fn *fn, const char *what);

/* Moves k->inc to a state, or says which are allowed. */
NODISCARD int clerk_move(struct clerk *k, enum status to, struct err *e);
/* Another incident, by a person's name for it, in the open transaction. */
NODISCARD int clerk_find(struct clerk *k, const char *word, struct incident *out, struct err *e);
/* What a person wrote, without secrets, in the clerk's pool; SPAN_NONE for NULL and "". */
struct span clerk_text(struct clerk *k, const char *text);
/* The words, with a space between. */
void clerk_join_words(const struct clerk *k, struct buf *out);

#endif
