/*
 * Announcing: from the engine's revisions to the records that go out, each
 * once, also over several runs.
 */
#ifndef AIOPS_CORRELATE_TELL_H
#define AIOPS_CORRELATE_TELL_H

#include <stdbool.h>

#include "aiops-correlate/engine.h"
#include "aiops-correlate/state/ahead.h"

struct teller {
	struct engine *en;  /* borrowed, as is the topology in it */
	struct buf queue;   /* records to go out, a line each */
	struct ahead told;  /* announced by the last run ahead of its time */
	struct ahead early; /* the same by this run, at its end */
	int64_t horizon_ns; /* event time after which nothing of `told` waits any more */
	bool finishing;     /* what is announced now is ahead of its time */
};

void teller_init(struct teller *t, struct engine *en);
void teller_release(struct teller *t);
/* What was told and waits was read from a state file. */
void teller_resume(struct teller *t);
/* The engine's sink: ctx is the teller. */
void teller_incident(void *ctx, struct group *g);
void teller_line(void *ctx, struct span text);
/* Puts right what was told and is not so, when all that it was told on is
 * decided: `final` says so, else event time does. */
void teller_reconcile(struct teller *t, bool final);

#endif
