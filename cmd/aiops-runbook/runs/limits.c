#include "aiops-runbook/runs/limits.h"

#include "aiops-runbook/breaker/pause.h"
#include "aiops-runbook/runs/reserve.h"
#include "base/instant.h"

#define HOUR_NS (3600 * NS_PER_S)

static int check_rate(struct journal *j, const struct plan *p, const struct run_row *run,
		      int64_t more, struct refusal *why, struct err *e)
{
	int64_t max = p->rb->limits.max_actions_per_hour, used = 0, reserved = 0;
	int64_t since = journal_now(j) - HOUR_NS;

	if (count_actions(j->store, run->runbook, since, &used, e) != 0 ||
	    reserved_actions(j->store, run, since, &reserved, e) != 0)
		return -1;
	if (used + reserved + more <= max)
		return 0;
	return refusal_set(why, "rate_limited",
			   "%lld actions in the last hour, %lld that runs have set aside and %lld "
			   "more are above max_actions_per_hour, %lld",
			   (long long)used, (long long)reserved, (long long)more, (long long)max);
}

/* Of actions that destroy, undoing left out, for the run's incident. */
static int check_destructive(struct journal *j, const struct plan *p, const struct run_row *run,
			     int64_t more, struct refusal *why, struct err *e)
{
	int64_t max = p->rb->limits.max_destructive_per_incident, used = 0, reserved = 0;

	if (max == 0 || more == 0)
		return 0;
	if (!run->incident.data)
		return refusal_set(why, "budget_exhausted",
				   "max_destructive_per_incident needs to know the incident");
	if (count_destructive(j->store, run->incident, &used, e) != 0 ||
	    reserved_destructive(j->store, run, &reserved, e) != 0)
		return -1;
	if (used + reserved + more <= max)
		return 0;
	return refusal_set(
		why, "budget_exhausted",
		"%lld destructive actions for this incident, begun or set aside, and %lld "
		"more are above max_destructive_per_incident, %lld",
		(long long)(used + reserved), (long long)more, (long long)max);
}

static int check_budget(struct journal *j, const struct plan *p, const struct run_row *run,
			int64_t more, struct refusal *why, struct err *e)
{
	int64_t max = p->rb->limits.max_steps_per_incident, used = 0, reserved = 0;

	if (max == 0)
		return 0;
	if (!run->incident.data)
		return refusal_set(why, "budget_exhausted",
				   "max_steps_per_incident needs to know the incident");
	if (count_incident(j->store, run->incident, &used, e) != 0 ||
	    reserved_for_incident(j->store, run, &reserved, e) != 0)
		return -1;
	used += reserved;
	if (used + more + (int64_t)p->undos <= max)
		return 0;
	return refusal_set(
		why, "budget_exhausted",
		"%lld actions for this incident, begun or set aside, %lld more and %zu held back for undoing are above "
		"max_steps_per_incident, %lld",
		(long long)used, (long long)more, p->undos, (long long)max);
}

static int check_cooldown(struct journal *j, const struct plan *p, const struct run_row *run,
			  struct refusal *why, struct err *e)
{
	int64_t cooldown_ns = p->rb->limits.per_target_cooldown_ms * NS_PER_MS;

	for (size_t i = 0; cooldown_ns && i < p->n_targets; i++) {
		int64_t last = RUN_NEVER;
		bool taken;

		if (last_action_on(j->store, run->runbook, p->targets[i], run->id, &last, e) != 0 ||
		    reserved_target(j->store, run, p->targets[i], &taken, e) != 0)
			return -1;
		if (taken)
			return refusal_set(why, "cooldown", "another run acts on '%.100s'",
					   p->targets[i].data);
		if (last == RUN_NEVER || journal_now(j) - last >= cooldown_ns)
			continue;
		return refusal_set(why, "cooldown",
				   "'%.100s' was acted on less than per_target_cooldown ago",
				   p->targets[i].data);
	}
	return 0;
}

int limits_admit_run(struct journal *j, const struct plan *p, const struct run_row *run,
		     struct refusal *why, struct err *e)
{
	int64_t actions = (int64_t)p->actions;
	int rc;

	if (actions == 0)
		return 0;
	rc = check_rate(j, p, run, actions, why, e);
	if (rc == 0)
		rc = check_cooldown(j, p, run, why, e);
	if (rc == 0)
		rc = check_destructive(j, p, run, (int64_t)p->destructive, why, e);
	return rc == 0 ? check_budget(j, p, run, actions, why, e) : rc;
}

int limits_admit_step(struct journal *j, const struct plan *p, const struct run_row *run,
		      enum effect effect, struct refusal *why, struct err *e)
{
	int64_t more = 1 + (int64_t)p->finals; /* `always` keeps its share */
	int rc = pause_look(j->store, run->runbook, why, e);

	if (rc == 0)
		rc = check_rate(j, p, run, more, why, e);
	if (rc == 0)
		rc = check_destructive(j, p, run, effect == EFFECT_DESTRUCTIVE, why, e);
	return rc == 0 ? check_budget(j, p, run, more, why, e) : rc;
}
