#include "aiops-runbook/runs/start.h"

#include <string.h>
#include <unistd.h>

#include "aiops-runbook/breaker/pause.h"
#include "aiops-runbook/breaker/trip.h"
#include "aiops-runbook/risk/policy.h"
#include "aiops-runbook/runs/core.h"
#include "aiops-runbook/runs/limits.h"
#include "aiops-runbook/runs/recovery.h"
#include "aiops-runbook/runs/reserve.h"
#include "record/jsonw.h"

/* Active runs with the key of self: how many, and how many there may be at a time by what self and
 * each of them was approved with. */
struct beside {
	const struct run_row *self;
	const char *db;
	int64_t n, most;
	char id[RUN_ID_LEN + 1];   /* one of them */
	char gone[RUN_ID_LEN + 1]; /* one whose runner is gone; empty: none */
};

static int64_t concurrency_of(const struct run_row *r, int64_t most, struct err *e)
{
	struct core c;
	int64_t own = core_open(&c, r->plan, e) == 0
			      ? core_whole(&c, "limits.concurrency", 1, CONCURRENCY_MAX)
			      : -1;

	core_release(&c);
	return own < most ? own : most;
}

static int note_beside(void *ctx, const struct run_row *r, struct err *e)
{
	struct beside *b = ctx;

	if (r->check || !span_eq(r->key, b->self->key) || strcmp(r->id, b->self->id) == 0)
		return 0;
	b->n++;
	b->most = concurrency_of(r, b->most, e);
	(void)memcpy(b->id, r->id, sizeof b->id);
	if (!run_lock_is_held(b->db, r->id))
		(void)memcpy(b->gone, r->id, sizeof b->gone);
	return b->most < 0 ? -1 : 0;
}

/* What a runner that is gone began may still go on, and is not undone: it counts. */
static int look_beside(struct journal *j, const struct run_row *self, struct pool *pool,
		       struct refusal *why, struct err *e)
{
	static const enum run_state active[] = {RUN_RUNNING, RUN_VERIFYING, RUN_ROLLING_BACK};
	struct beside b = {.self = self, .db = store_path(j->store)};

	b.most = concurrency_of(self, CONCURRENCY_MAX, e);
	if (b.most < 0)
		return -1;
	for (size_t i = 0; i < sizeof active / sizeof *active; i++)
		if (run_each(j->store, (int)active[i], pool, note_beside, &b, e) != 0)
			return -1;
	if (b.n < b.most)
		return 0;
	if (b.gone[0])
		return refusal_set(
			why, "unfinished_run",
			"run %s with the same concurrency key was left unfinished: resume it first",
			b.gone);
	return refusal_set(why, "locked",
			   "run %s with the concurrency key '%.100s' is going on, and at most %lld "
			   "may at a time",
			   b.id, self->key.data, (long long)b.most);
}

/* Another process may have started or ended it since it was read. */
static int still_waits(struct journal *j, struct run_row *run, struct pool *pool,
		       struct refusal *why, struct err *e)
{
	int rc = run_by_id(j->store, span_cstr(run->id), pool, run, e);

	if (rc != 1)
		return rc < 0 ? -1 : err_set(e, EX_BUG, "run %s is gone", run->id);
	if (run->state == RUN_AWAITING || run->state == RUN_PLANNED)
		return 0;
	return refusal_set(why, run->started_ns == RUN_NEVER ? "not_waiting" : "approval_reused",
			   "run %s is %s already", run->id, run_state_names[run->state]);
}

/* Why a run may begin; all of it in the record of its start. */
struct admission {
	struct terms terms;
	bool self; /* its requester approved it, as the site allows */
};

/* Who must approve is judged again: hours and history change between plan and start. */
static int check_approval(struct journal *j, const struct plan *p, const struct site *site,
			  const struct run_row *run, struct admission *a, struct refusal *why,
			  struct err *e)
{
	if (policy_terms(j->store, p, site, journal_now(j), &a->terms, e) != 0)
		return -1;
	if (run->needs_approval)
		return approval_consume(j, run, site, &a->self, why, e);
	if (!a->terms.policy.needs_approval)
		return 0;
	return refusal_set(why, "pending_approval", "it needs an approval now: %s",
			   a->terms.policy.text);
}

/* Whatever revisions of an incident come, to however many processes, a runbook is begun once for
 * it; a person who asks for a run by hand may have another. */
static int begins_once(struct journal *j, const struct plan *p, const struct run_row *run,
		       struct pool *pool, struct refusal *why, struct err *e)
{
	struct run_row other;
	int rc = p->request.once ? run_begun(j->store, run->runbook, run->incident, pool, &other, e)
				 : 0;

	if (rc != 1)
		return rc;
	return refusal_set(why, "already_run", "run %s of this runbook was for the same incident",
			   other.id);
}

/* What an operator has said comes first, then what happened before, then who agreed. */
static int may_begin(struct journal *j, const struct plan *p, const struct site *site,
		     struct run_row *run, struct pool *pool, struct admission *a,
		     struct refusal *why, struct err *e)
{
	int rc = still_waits(j, run, pool, why, e);

	if (rc == 0)
		rc = begins_once(j, p, run, pool, why, e);
	if (rc == 0)
		rc = look_beside(j, run, pool, why, e);
	if (rc == 0)
		rc = pause_look(j->store, run->runbook, why, e);
	if (rc == 0)
		rc = trip_admit(j, run, why, e);
	if (rc == 0)
		rc = limits_admit_run(j, p, run, why, e);
	if (rc == 0)
		rc = check_approval(j, p, site, run, a, why, e);
	return rc;
}

static const char *reason_to_begin(const struct run_row *run, const struct admission *a)
{
	if (run->needs_approval)
		return "approved";
	return strcmp(a->terms.policy.because, "automatic") == 0 ? "automatic"
								 : "no_approval_needed";
}

static int note_start(struct journal *j, struct run_row *run, const struct admission *a,
		      struct err *e)
{
	struct buf members = BUF_INIT(8192);
	struct jsonw w = jsonw_to(&members);
	struct change c = {.from = run_state_names[run->state],
			   .state = run_state_names[RUN_RUNNING],
			   .reason = reason_to_begin(run, a)};
	int rc;

	w.comma = true; /* they follow others */
	policy_write(&a->terms, &w);
	if (a->self)
		jsonw_member_bool(&w, "self_approved", true);
	c.members = buf_span(&members);
	run->state = RUN_RUNNING;
	run->reason = span_cstr(c.reason);
	run->started_ns = journal_now(j);
	rc = proc_identify(getpid(), &run->runner, e);
	if (rc == 0)
		rc = journal_note(j, run, &c, e);
	buf_release(&members);
	return rc;
}

static int admit(struct journal *j, const struct plan *p, const struct site *site,
		 struct run_row *run, struct pool *pool, struct refusal *why, struct err *e)
{
	struct admission a = {.self = false};
	int rc = may_begin(j, p, site, run, pool, &a, why, e);

	if (rc != 0)
		return rc;
	if (reserve_actions(j->store, p, run, journal_now(j), e) != 0 ||
	    (site->first_step && !run->needs_approval && recovery_bound(j->store, run->id, e) != 0))
		return -1;
	return note_start(j, run, &a, e);
}

static int try_start(struct journal *j, const struct plan *p, const struct site *site,
		     struct run_row *run, struct pool *pool, struct refusal *why, struct err *e)
{
	struct run_row before = *run;
	int rc;

	if (journal_begin(j, e) != 0)
		return -1;
	rc = admit(j, p, site, run, pool, why, e);
	if (rc == 0)
		rc = journal_commit(j, e);
	if (rc != 0) {
		journal_abort(j); /* approvals are not used up */
		*run = before;
	}
	if (rc == 1 && strcmp(why->reason, "breaker_open") == 0 && trip_refused(j, run, e) != 0)
		return -1;
	return rc;
}

int start_run(struct journal *j, const char *db, const struct plan *p, const struct site *site,
	      struct pool *pool, struct run_row *run, struct run_lock *lock, struct refusal *why,
	      struct err *e)
{
	int rc;

	j->mode = "apply";
	*why = (struct refusal){.reason = NULL};
	if (run_lock_take(db, run->id, lock, e) != 0) {
		if (e->code != EX_TRYLATER)
			return -1;
		rc = refusal_set(why, "locked", "%s", e->text);
		err_clear(e);
	} else {
		rc = try_start(j, p, site, run, pool, why, e);
		if (rc != 0)
			run_lock_drop(lock);
	}
	if (rc == 1 && refusal_record(j, run, why, SPAN_NONE, e) != 0)
		return -1;
	return rc;
}
