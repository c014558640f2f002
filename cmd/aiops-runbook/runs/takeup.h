/*
 * Taking over a run whose runner is gone, and asking for one to be cancelled.
 */
#ifndef AIOPS_RUNBOOK_TAKEUP_H
#define AIOPS_RUNBOOK_TAKEUP_H

#include "aiops-runbook/runs/journal.h"
#include "aiops-runbook/runs/recovery.h"
#include "aiops-runbook/runs/refusal.h"
#include "aiops-runbook/runs/runlock.h"

#define TAKEUPS_MAX 3 /* times that a run is taken up without getting anywhere */

/*
 * Makes an active run ours: its lock, and the record of it, committed. 0: drop the lock when it
 * is over; 1: refused, *why (locked, not_active, livelock: then it was given to a person); -1.
 * members: for the record. run's texts belong to pool.
 */
NODISCARD int takeup_run(struct journal *j, const char *db, struct span members, struct pool *pool,
			 struct run_row *run, struct run_lock *lock, struct refusal *why,
			 struct err *e);

/* Ends an active run that cannot be gone on with, as a person's to look at, or a rehearsal as
 * failed. Takes its lock for that. 0, 1: *why, -1. */
NODISCARD int takeup_give_up(struct journal *j, const char *db, const char *reason,
			     struct pool *pool, struct run_row *run, struct refusal *why,
			     struct err *e);

/* What a request to cancel comes to. */
enum cancel {
	CANCEL_ENDED,   /* it waited: it is cancelled */
	CANCEL_ASKED,   /* it goes on: its runner will find the request */
	CANCEL_REFUSED, /* it is over: *why */
	CANCEL_ERROR,
};
enum cancel takeup_cancel(struct journal *j, struct span words, struct pool *pool,
			  struct run_row *run, struct refusal *why, struct err *e);

#endif
