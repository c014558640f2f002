/*
 * Putting plans on file: what waits for a person, what was refused before that,
 * and rehearsals.
 */
#include "aiops-runbook/runs/start.h"

#include <string.h>
#include <unistd.h>

#include "aiops-runbook/risk/policy.h"
#include "aiops-runbook/runs/escalate.h"
#include "aiops-runbook/runs/recovery.h"
#include "base/instant.h"
#include "base/num.h"
#include "record/jsonw.h"
#include "text/redact.h"

enum { MEMBERS_MAX = 12 << 20 };

static void fill_row(struct journal *j, const struct plan *p, bool needs_approval,
		     struct pool *pool, struct run_row *r)
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
			      .state = needs_approval ? RUN_AWAITING : RUN_PLANNED,
			      .needs_approval = needs_approval,
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
static int expire(struct journal *j, struct run_row *run, const char *reason, struct err *e)
{
	struct change c = {.from = run_state_names[run->state],
			   .state = run_state_names[RUN_EXPIRED],
			   .reason = reason};

	struct buf members = BUF_INIT(4096);
	struct jsonw w = jsonw_to(&members);
	int rc;

	w.comma = true; /* it follows others */
	escalate_write(run, reason, &w);
	c.members = buf_span(&members);
	run->state = RUN_EXPIRED;
	run->reason = span_cstr(reason);
	run->ended_ns = journal_now(j);
	rc = journal_note(j, run, &c, e);
	buf_release(&members);
	return rc;
}

/* expires_in is written as durations are in runbooks, in whole seconds. */
static void write_expiry(const struct run_row *run, int64_t now_ns, struct jsonw *w)
{
	int64_t left_ms = (run->request_expires_ns - now_ns + NS_PER_S - 1) / NS_PER_S * 1000;
	struct buf text = BUF_INIT(64);

	num_add_duration_ms(&text, left_ms > 0 ? left_ms : 0);
	jsonw_member_time(w, "expires_at", instant_from_ns(run->request_expires_ns));
	jsonw_member(w, "expires_in", buf_span(&text));
	buf_release(&text);
}

static void plan_members(const struct plan *p, const struct run_row *run, const struct terms *terms,
			 int64_t now_ns, struct buf *out)
{
	struct jsonw w = jsonw_to(out);

	w.comma = true; /* they follow others */
	if (run->needs_approval)
		write_expiry(run, now_ns, &w);
	policy_write(terms, &w);
	jsonw_member_bool(&w, "executable", true);
	jsonw_key(&w, "resolved");
	jsonw_raw(&w, p->core);
}

static int note_plan(struct journal *j, const struct plan *p, struct run_row *run,
		     const struct terms *terms, bool approved, struct err *e)
{
	struct buf members = BUF_INIT(MEMBERS_MAX);
	struct change c = {.kind = "plan",
			   .state = run_state_names[run->state],
			   .reason = !run->needs_approval ? "dry_run"
				     : approved           ? "approved"
							  : "pending_approval"};
	int rc;

	plan_members(p, run, terms, journal_now(j), &members);
	c.members = buf_span(&members);
	run->reason = span_cstr(c.reason);
	rc = journal_note(j, run, &c, e);
	buf_release(&members);
	return rc;
}

/* A request that nobody approved in time; or one that needed no approval, and now does. */
static bool is_over(const struct journal *j, const struct run_row *run, const struct terms *terms,
		    bool approved)
{
	if (!run->needs_approval)
		return terms->policy.needs_approval;
	return !approved && journal_now(j) >= run->request_expires_ns;
}

static int file_in_transaction(struct journal *j, const struct plan *p, const struct site *site,
			       struct pool *pool, struct run_row *run, bool *approved,
			       struct err *e)
{
	struct terms terms;
	struct refusal why;
	int rc = run_waiting(j->store, span_cstr(p->digest), p->bind.incident, pool, run, e);
	int look = 1;

	if (rc == 1 && run->needs_approval)
		look = approval_look(j, run, site, &why, e);
	if (rc < 0 || look < 0 || policy_terms(j->store, p, site, journal_now(j), &terms, e) != 0)
		return -1;
	if (rc == 1 && is_over(j, run, &terms, look == 0)) {
		if (expire(j, run, run->needs_approval ? "approval_expired" : "policy_changed",
			   e) != 0)
			return -1;
		rc = 0;
	}
	if (rc == 0) {
		fill_row(j, p, terms.policy.needs_approval, pool, run);
		look = 1;
		if (run_keep_source(j->store, p->rb, run->created_ns, e) != 0 ||
		    run_insert(j->store, run, e) != 0 || recovery_keep(j->store, run, p, e) != 0)
			return -1;
	}
	*approved = look == 0;
	return note_plan(j, p, run, &terms, *approved, e);
}

int file_plan(struct journal *j, const struct plan *p, const struct site *site, struct pool *pool,
	      struct run_row *out, bool *approved, struct err *e)
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

	fill_row(j, p, p->needs_approval, pool, &run);
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

	fill_row(j, p, false, pool, out);
	out->state = RUN_RUNNING;
	out->check = true;
	out->started_ns = out->created_ns;
	out->reason = span_cstr(c.reason);
	j->mode = "check";
	if (proc_identify(getpid(), &out->runner, e) != 0)
		return -1;
	return insert_run(j, p, out, &c, e);
}
