/*
 * A stored approval and the text that is signed. Private to approval*.c.
 */
#ifndef AIOPS_RUNBOOK_APPROVAL_IMPL_H
#define AIOPS_RUNBOOK_APPROVAL_IMPL_H

#include "aiops-runbook/runs/approval.h"

enum { NONCE_HEX = 32, STATEMENT_MAX = 4096, MIN_APPROVALS_MAX = 10 };

/* One row of aiops_approval; texts are of SQLite's row or the caller. */
struct approval_row {
	struct span id, plan_digest, decision, approver, nonce, issued, expires, public_key,
		signature;
	int64_t issued_ns, expires_ns;
	bool used;
	struct words without;
};

/* The steps that the approval leaves out, in order; they go to pool. */
NODISCARD int approval_without(struct store *s, struct span approval, struct pool *pool,
			       struct words *out, struct err *e);

/* Appends the statement of the row, for the log of this store. */
void approval_statement(const char *log, const struct run_row *run, const struct approval_row *r,
			struct buf *out);

#endif
