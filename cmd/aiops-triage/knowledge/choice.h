/*
 * Which runbook is for an incident, of those that there are, and what its parameters are. In this
 * order:
 *
 *   a trigger whose labels are those of an alert (the exact name of the alert among them)
 *   what an alert itself names: label runbook, or a runbook_url that ends in an id
 *   the one that the signature of the class names
 *   the one that a similar past incident names
 *   the one whose words are most like the incident's, above a floor
 *
 * None is an answer; none is ever made up.
 */
#ifndef AIOPS_TRIAGE_CHOICE_H
#define AIOPS_TRIAGE_CHOICE_H

#include "aiops-triage/knowledge/runbooks.h"
#include "aiops-triage/knowledge/signature.h"
#include "aiops-triage/past/index.h"
#include "base/buf.h"

/* Below this a runbook's words are not like the incident's. On runbooks and alerts that were
 * written apart nine of ten alerts stay above .17, nine of ten texts of other subjects
 * below .12. */
#define CHOICE_FLOOR 0.25

/* The words of runbooks, to search in. */
struct shelf {
	struct history texts;
	struct index *index; /* NULL: there are none */
};

/* Errors: EX_SYSTEM. */
NODISCARD int shelf_fill(struct shelf *s, const struct runbooks *rs, struct err *e);
void shelf_release(struct shelf *s);

struct choice {
	const struct runbook *runbook; /* NULL: none fits */
	struct subject subject;        /* whose labels fill its parameters */
};

struct choosing {
	const struct runbooks *runbooks;
	const struct shelf *shelf;
	const struct incident *incident;
	const struct context *context;
	const struct signature *signature; /* of the class; NULL: unknown */
	const struct past *const *similar;
	size_t n_similar;
};

/* why: appended, in words. Errors: EX_SYSTEM (the index). */
NODISCARD int choose(const struct choosing *c, struct choice *out, struct buf *why, struct err *e);

/* Whether a value may be the parameter's: its type, length, pattern and denied values. */
bool parameter_takes(const struct parameter *p, struct span value);

#endif
