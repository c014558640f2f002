/*
 * What an earlier runner of the same run left: read once, when the run is taken
 * up, and asked about each step in turn.
 */
#ifndef AIOPS_RUNBOOK_HISTORY_H
#define AIOPS_RUNBOOK_HISTORY_H

#include "aiops-runbook/runs/recovery.h"

struct history {
	const struct past_attempt *items; /* in order of n */
	size_t n;
};

/* The last attempt at a step in that role; NULL: it was not begun. */
const struct past_attempt *history_last(const struct history *h, const char *role,
					struct span step);
/* True if something else than checks of the same step came after it: then it was decided how it
 * came out. */
bool history_is_settled(const struct history *h, const struct past_attempt *p);
/* True if any attempt at the step before the n-th of the run may have done something. */
bool history_acted(const struct history *h, struct span step, int64_t n);
/* True if any step was begun. */
bool history_has_steps(const struct history *h);
/* True if that attempt provably executed nothing, or did not do what it was to do. */
bool past_did_nothing(const struct past_attempt *p);

#endif
