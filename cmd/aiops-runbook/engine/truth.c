#include "aiops-runbook/engine/truth.h"

#include <stdio.h>

#include "aiops-runbook/runs/runlock.h"

/* What the rows on file say of a run whose runner may be gone, as far as it can be told without
 * acting. */
static void tell_attempt(const struct last_attempt *a, struct truth *out)
{
	const char *step = a->step.data;

	if (span_is(a->state, "intent") && !span_is(a->role, "step") &&
	    !span_is(a->role, "rollback") && !span_is(a->role, "always"))
		(void)snprintf(out->text, sizeof out->text,
			       "it was reading ('%.60s', %.20s): nothing is in doubt", step,
			       a->role.data);
	else if (span_is(a->state, "intent"))
		(void)snprintf(out->text, sizeof out->text,
			       "'%.60s' was intended but never executed", step);
	else if (span_is(a->state, "started") && proc_is_alive(&a->child))
		(void)snprintf(out->text, sizeof out->text,
			       "'%.60s' still runs, watched by process %lld", step,
			       (long long)a->child.pid);
	else if (span_is(a->state, "started"))
		(void)snprintf(out->text, sizeof out->text,
			       "'%.60s' was started: resume finds out how it ended", step);
	else
		(void)snprintf(out->text, sizeof out->text,
			       "'%.60s' (%.20s) ended %.20s; what comes after it was not begun",
			       step, a->role.data, a->state.data);
}

int run_truth(struct store *s, const char *db, const struct run_row *run, int64_t now_ns,
	      struct pool *pool, struct truth *out, struct err *e)
{
	struct last_attempt a;
	int found;

	*out = (struct truth){.state = run->state, .reason = run->reason};
	if (run->state == RUN_AWAITING && now_ns >= run->request_expires_ns)
		(void)snprintf(out->text, sizeof out->text, "the time to approve it is over");
	if (!run_state_is_active(run->state))
		return 0;
	if (run->check) {
		if (!proc_is_alive(&run->runner))
			*out = (struct truth){RUN_FAILED, SPAN("runner_gone"),
					      "a rehearsal: nothing is in doubt"};
		return 0;
	}
	if (run_lock_is_held(db, run->id))
		return 0;
	out->reason = SPAN("runner_gone"); /* resume goes on with it */
	found = attempt_last(s, run->id, pool, &a, e);
	if (found == 1)
		tell_attempt(&a, out);
	else if (found == 0)
		(void)snprintf(out->text, sizeof out->text, "no step of it was begun");
	return found < 0 ? -1 : 0;
}
