#include "aiops-runbook/refusal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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
	static const char *const later[] = {"rate_limited", "cooldown", "locked", NULL};

	for (size_t i = 0; later[i]; i++)
		if (strcmp(reason, later[i]) == 0)
			return EX_TRYLATER;
	return EX_POLICY;
}

int refusal_record(struct journal *j, struct run_row *run, const struct refusal *why,
		   struct span actor, struct err *e)
{
	struct change c = {
		.from = run_state_names[run->state], .reason = why->reason, .actor = actor};
	struct buf members = BUF_INIT(4096);
	struct jsonw w = jsonw_to(&members);
	int rc;

	w.comma = true; /* it follows others */
	jsonw_member(&w, "why", span_cstr(why->text));
	if (run->state == RUN_AWAITING && journal_now(j) >= run->request_expires_ns &&
	    strcmp(why->reason, "approval_expired") == 0) {
		run->state = RUN_EXPIRED;
		run->reason = SPAN("approval_expired");
		run->ended_ns = journal_now(j);
	}
	c.state = run_state_names[run->state];
	c.members = buf_span(&members);
	rc = journal_one(j, run, &c, e);
	buf_release(&members);
	return rc;
}
