#include "aiops-runbook/runs/refusal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "aiops-runbook/runs/escalate.h"
#include "record/jsonw.h"

int refusal_set(struct refusal *why, const char *reason, const char *fmt, ...)
{
	va_list ap;

	why->reason = reason;
	va_start(ap, fmt);
	(void)vsnprintf(why->text, sizeof why->text, fmt, ap); /* a long text is cut */
	va_end(ap);
	return 1;
}

int refusal_exit(const char *reason)
{
	static const char *const later[] = {"rate_limited", "cooldown", "locked", "unfinished_run",
					    "breaker_open", "paused",   NULL};

	for (size_t i = 0; later[i]; i++)
		if (strcmp(reason, later[i]) == 0)
			return EX_TRYLATER;
	return EX_POLICY;
}

/* What is recorded of a run whose row was just read. */
static int record(struct journal *j, struct run_row *now, const struct refusal *why,
		  struct span actor, struct err *e)
{
	struct change c = {
		.from = run_state_names[now->state], .reason = why->reason, .actor = actor};
	struct buf members = BUF_INIT(4096);
	struct jsonw w = jsonw_to(&members);
	int rc;

	w.comma = true; /* it follows others */
	jsonw_member(&w, "why", span_cstr(why->text));
	c.members = buf_span(&members);
	if (now->state == RUN_AWAITING && journal_now(j) >= now->request_expires_ns &&
	    strcmp(why->reason, "approval_expired") == 0) {
		escalate_write(now, "approval_expired", &w);
		c.members = buf_span(&members);
		now->state = RUN_EXPIRED;
		now->reason = SPAN("approval_expired");
		now->ended_ns = journal_now(j);
		c.state = run_state_names[now->state];
		rc = journal_note(j, now, &c, e);
	} else {
		c.state = run_state_names[now->state];
		rc = journal_remark(j, now, &c, e); /* somebody else may be at this run */
	}
	buf_release(&members);
	return rc;
}

int refusal_record(struct journal *j, struct run_row *run, const struct refusal *why,
		   struct span actor, struct err *e)
{
	struct pool pool = {NULL};
	struct run_row now;
	int rc = journal_begin(j, e);

	if (rc == 0 && run_by_id(j->store, span_cstr(run->id), &pool, &now, e) != 1)
		rc = err_set(e, EX_BUG, "run %s is not on file", run->id);
	if (rc == 0)
		rc = record(j, &now, why, actor, e);
	if (rc == 0)
		rc = journal_commit(j, e);
	if (rc == 0)
		run->state = now.state;
	else
		journal_abort(j);
	pool_release(&pool);
	return rc;
}
