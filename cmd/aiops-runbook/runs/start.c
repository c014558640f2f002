#include "aiops-runbook/runs/start.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aiops-runbook/runs/limits.h"
#include "aiops-runbook/runs/recovery.h"
#include "base/instant.h"
#include "base/mem.h"
#include "record/jsonw.h"
#include "text/redact.h"

enum { MEMBERS_MAX = 12 << 20 };

/* ---- filing ---- */

static void fill_row(struct journal *j, const struct plan *p, struct pool *pool, struct run_row *r)
{
	const struct approval_policy *a = &p->rb->approval;
	struct buf plan = BUF_INIT(16 << 20);
	char hex[DIGEST_HEX + 1];

	digest_hex(&p->rb->digest, hex);
	(void)text_redact(p->core, &plan); /* the digest stays that of the whole */
	*r = (struct run_row){.runbook = p->rb->id,
			      .runbook_digest = pool_copy(pool, span_cstr(hex)),
			      .plan_id = span_cstr(p->id),
			      .plan_digest = span_cstr(p->digest),
			      .plan = pool_take(pool, &plan),
			      .incident = p->bind.incident,
			      .key = p->concurrency_key,
			      .requester = j->actor,
			      .state = p->needs_approval ? RUN_AWAITING : RUN_PLANNED,
			      .needs_approval = p->needs_approval,
			      .created_ns = journal_now(j),
			      .expires_in_ms =
				      a->expires_in_ms ? a->expires_in_ms : APPROVAL_EXPIRES_MS,
			      .min_approvals = a->min_approvals ? a->min_approvals : 1,
			      .started_ns = RUN_NEVER,
			      .ended_ns = RUN_NEVER};
	r->request_expires_ns = r->created_ns + r->expires_in_ms * NS_PER_MS;
	new_id(r->id, "RUN-", j->env);
}

/* A request whose time is over, without an approval that can be used, ends; a new one takes its
 * place. */
static int expire(struct journal *j, struct run_row *run, struct err *e)
{
	struct change c = {.from = run_state_names[run->state],
			   .state = run_state_names[RUN_EXPIRED],
			   .reason = "approval_expired"};

	run->state = RUN_EXPIRED;
	run->reason = SPAN("approval_expired");
	run->ended_ns = journal_now(j);
	return journal_note(j, run, &c, e);
}

static void plan_members(const struct plan *p, const struct run_row *run, struct buf *out)
{
	struct jsonw w = jsonw_to(out);

	w.comma = true; /* they follow others */
	if (run->needs_approval)
		jsonw_member_time(&w, "expires_at", instant_from_ns(run->request_expires_ns));
	jsonw_member_bool(&w, "executable", true);
	jsonw_key(&w, "resolved");
	jsonw_raw(&w, p->core);
}

static int note_plan(struct journal *j, const struct plan *p, struct run_row *run, bool approved,
		     struct err *e)
{
	struct buf members = BUF_INIT(MEMBERS_MAX);
	struct change c = {.kind = "plan",
			   .state = run_state_names[run->state],
			   .reason = !run->needs_approval ? "dry_run"
				     : approved           ? "approved"
							  : "pending_approval"};
	int rc;

	plan_members(p, run, &members);
	c.members = buf_span(&members);
	run->reason = span_cstr(c.reason);
	rc = journal_note(j, run, &c, e);
	buf_release(&members);
	return rc;
}

static int file_in_transaction(struct journal *j, const struct plan *p,
			       const struct approvers *site, struct pool *pool, struct run_row *run,
			       bool *approved, struct err *e)
{
	struct refusal why;
	int rc = run_waiting(j->store, span_cstr(p->digest), p->bind.incident, pool, run, e);
	int look = 1;

	if (rc == 1 && run->needs_approval)
		look = approval_look(j, run, site, &why, e);
	if (rc < 0 || look < 0)
		return -1;
	if (rc == 1 && look == 1 && run->needs_approval &&
	    journal_now(j) >= run->request_expires_ns) {
		if (expire(j, run, e) != 0)
			return -1;
		rc = 0;
	}
	if (rc == 0) {
		fill_row(j, p, pool, run);
		look = 1;
		if (run_keep_source(j->store, p->rb, run->created_ns, e) != 0 ||
		    run_insert(j->store, run, e) != 0 || recovery_keep(j->store, run, p, e) != 0)
			return -1;
	}
	*approved = look == 0;
	return note_plan(j, p, run, *approved, e);
}

int file_plan(struct journal *j, const struct plan *p, const struct approvers *site,
	      struct pool *pool, struct run_row *out, bool *approved, struct err *e)
{
	j->mode = "plan";
	if (journal_begin(j, e) == 0 &&
	    file_in_transaction(j, p, site, pool, out, approved, e) == 0)
		return journal_commit(j, e);
	journal_abort(j);
	return -1;
}

/* ---- refusing ---- */

/* A run that was never on file, in one transaction with its first record. */
static int insert_run(struct journal *j, const struct plan *p, struct run_row *run,
		      const struct change *c, struct err *e)
{
	if (journal_begin(j, e) == 0 && run_keep_source(j->store, p->rb, run->created_ns, e) == 0 &&
	    run_insert(j->store, run, e) == 0 && recovery_keep(j->store, run, p, e) == 0 &&
	    journal_note(j, run, c, e) == 0)
		return journal_commit(j, e);
	journal_abort(j);
	return -1;
}

int refuse_run(struct journal *j, const struct plan *p, const char *reason, struct pool *pool,
	       struct err *e)
{
	struct change c = {.state = run_state_names[RUN_BLOCKED], .reason = reason};
	struct run_row run;

	fill_row(j, p, pool, &run);
	run.state = RUN_BLOCKED;
	run.reason = span_cstr(reason);
	run.ended_ns = run.created_ns;
	j->mode = "apply";
	return insert_run(j, p, &run, &c, e);
}

int start_check(struct journal *j, const struct plan *p, struct pool *pool, struct run_row *out,
		struct err *e)
{
	struct change c = {.state = run_state_names[RUN_RUNNING], .reason = "dry_run"};

	fill_row(j, p, pool, out);
	out->state = RUN_RUNNING;
	out->needs_approval = false;
	out->check = true;
	out->started_ns = out->created_ns;
	out->reason = span_cstr(c.reason);
	j->mode = "check";
	if (proc_identify(getpid(), &out->runner, e) != 0)
		return -1;
	return insert_run(j, p, out, &c, e);
}

/* ---- starting ---- */

/* Active runs with the key of self. */
struct orphans {
	const struct run_row *self;
	struct run_row *items;
	size_t n, cap;
};

static int add_orphan(void *ctx, const struct run_row *r, struct err *e)
{
	struct orphans *o = ctx;

	(void)e; /* nothing here can fail */
	if (r->check || !span_eq(r->key, o->self->key) || strcmp(r->id, o->self->id) == 0)
		return 0;
	mem_grow(o->items, o->cap, o->n + 1);
	o->items[o->n++] = *r;
	return 0;
}

/* Never taken up again silently: what such a run has done is for a person to find out. */
static int end_orphan(struct journal *j, struct run_row *run, struct err *e)
{
	struct change c = {.from = run_state_names[run->state],
			   .state = run_state_names[RUN_NEEDS_OPERATOR],
			   .reason = "runner_gone"};

	run->state = RUN_NEEDS_OPERATOR;
	run->reason = SPAN("runner_gone");
	run->ended_ns = journal_now(j);
	return journal_note(j, run, &c, e);
}

/* We hold the key's lock, so no runner of an active run with this key lives. */
static int end_orphans(struct journal *j, const struct run_row *self, struct pool *pool,
		       struct err *e)
{
	static const enum run_state active[] = {RUN_RUNNING, RUN_VERIFYING, RUN_ROLLING_BACK};
	struct orphans o = {.self = self};
	int rc = 0;

	for (size_t i = 0; i < sizeof active / sizeof *active && rc == 0; i++)
		rc = run_each(j->store, (int)active[i], pool, add_orphan, &o, e);
	for (size_t i = 0; i < o.n && rc == 0; i++)
		rc = end_orphan(j, &o.items[i], e);
	free(o.items);
	return rc;
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

static int admit(struct journal *j, const struct plan *p, const struct approvers *site,
		 struct run_row *run, struct pool *pool, struct refusal *why, struct err *e)
{
	struct change c = {.reason = NULL};
	int rc = still_waits(j, run, pool, why, e);

	if (rc == 0)
		rc = limits_admit_run(j, p, run, why, e);
	if (rc == 0 && run->needs_approval)
		rc = approval_consume(j, run, site, why, e);
	if (rc == 0 && end_orphans(j, run, pool, e) != 0)
		rc = -1;
	if (rc != 0)
		return rc;
	c.from = run_state_names[run->state];
	c.state = run_state_names[RUN_RUNNING];
	c.reason = run->needs_approval ? "approved" : "no_approval_needed";
	run->state = RUN_RUNNING;
	run->reason = span_cstr(c.reason);
	run->started_ns = journal_now(j);
	if (proc_identify(getpid(), &run->runner, e) != 0)
		return -1;
	return journal_note(j, run, &c, e);
}

static int try_start(struct journal *j, const struct plan *p, const struct approvers *site,
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
		journal_abort(j); /* approvals are not used up, orphans are left as they were */
		*run = before;
	}
	return rc;
}

int start_run(struct journal *j, const char *db, const struct plan *p, const struct approvers *site,
	      struct pool *pool, struct run_row *run, struct run_locks *locks, struct refusal *why,
	      struct err *e)
{
	int rc;

	j->mode = "apply";
	*why = (struct refusal){.reason = NULL};
	if (run_locks_take(db, run->id, run->key, locks, e) != 0) {
		if (e->code != EX_TRYLATER)
			return -1;
		rc = refusal_set(why, "locked", "%s", e->text);
		err_clear(e);
	} else {
		rc = try_start(j, p, site, run, pool, why, e);
		if (rc != 0)
			run_locks_drop(locks);
	}
	if (rc == 1 && refusal_record(j, run, why, SPAN_NONE, e) != 0)
		return -1;
	return rc;
}
