/*
 * Approvals: a statement by an approver that one run of one plan may happen,
 * until a time, once.
 *
 * The statement is fixed lines of text, so that anyone can check a signature:
 *
 *	aiops-approval/v1
 *	log LOGID
 *	run RUN-...
 *	incident INC-...          (or -)
 *	plan PLAN_DIGEST
 *	approver NAME
 *	decision approved         (or denied)
 *	issued 2026-11-21T09:10:00Z
 *	expires 2026-11-21T09:40:00Z
 *	nonce 32 hex digits
 *	without STEP              (for each step that the approver leaves out)
 */
#ifndef AIOPS_RUNBOOK_APPROVAL_H
#define AIOPS_RUNBOOK_APPROVAL_H

#include "aiops-runbook/runs/journal.h"
#include "aiops-runbook/runs/key.h"
#include "aiops-runbook/runs/refusal.h"
#include "aiops-runbook/runs/runstore.h"
#include "aiops-runbook/runs/site.h"

/* Who decides, and how the name is proved. */
struct decision {
	bool approve;
	struct span approver;
	const struct secret_key *key; /* NULL: approver is the user of the operating system */
	struct span reason;           /* words of the approver, SPAN_NONE */
	const struct site *site;
	const struct words *policy; /* who the runbook accepts; n 0 or "site": anyone of the site */
	struct words without; /* steps that are not approved, in order: the run leaves them out */
};

/*
 * Records the decision on a waiting run. 0: recorded (the journal has shown it). 1: refused, and
 * that was recorded too: *why says it. -1: error, nothing was recorded.
 */
NODISCARD int approval_decide(struct journal *j, struct run_row *run, const struct decision *d,
			      struct refusal *why, struct err *e);

/*
 * Inside the transaction that records the start of the run: checks the approvals of the run (plan,
 * time, signature, single use, distinct approvers other than the requester unless the site allows
 * it, as many as the plan wants) and uses them up. *self: the requester's own was among them. 0:
 * approved. 1: not: *why. -1: error.
 */
NODISCARD int approval_consume(struct journal *j, const struct run_row *run,
			       const struct site *site, bool *self, struct refusal *why,
			       struct err *e);

/* Sets dropped[i] for each of the runbook's steps that an approval which the run has used leaves
 * out; the others are left alone. */
NODISCARD int approval_dropped(struct store *s, const struct run_row *run, const struct runbook *rb,
			       bool *dropped, struct err *e);

/* The same check without using anything up, for saying where a plan stands. 0, 1, -1 as above. */
NODISCARD int approval_look(struct journal *j, const struct run_row *run, const struct site *site,
			    struct refusal *why, struct err *e);

#endif
