/*
 * Why something was not done: a word for `reason`, a text for people, and the
 * exit status that goes with it.
 */
#ifndef AIOPS_RUNBOOK_REFUSAL_H
#define AIOPS_RUNBOOK_REFUSAL_H

#include "aiops-runbook/runs/journal.h"
#include "base/err.h"
#include "base/span.h"

struct refusal {
	const char *reason; /* NULL: none */
	char text[400];
};

/* Always returns 1. A long text is cut. */
int refusal_set(struct refusal *why, const char *reason, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* EX_TRYLATER where waiting helps, else EX_POLICY. */
int refusal_exit(const char *reason);

/*
 * Records that something about a run was refused, in a transaction of its own. The run stays in its
 * state, but for one that waited too long for an approval: it ends as expired. actor: SPAN_NONE for
 * the journal's.
 */
NODISCARD int refusal_record(struct journal *j, struct run_row *run, const struct refusal *why,
			     struct span actor, struct err *e);

#endif
