/*
 * The one row that says how far the log has come.
 */
#ifndef AIOPS_STORE_AUDIT_HEAD_H
#define AIOPS_STORE_AUDIT_HEAD_H

#include "store/audit.h"
#include "store/tree.h"

struct audit_head_row {
	char log[AUDIT_LOGID_HEX + 1];
	char hash[DIGEST_HEX + 1];
	struct tree tree;
};

/*
 * The row, to be changed in place inside a transaction; audit_head_changed says that it was.
 * Borrowed from s; NULL on error: EX_BADDATA if there is no row or it contradicts itself, and those
 * of store_err. It is written once, by the commit. To look at it: audit_head (store/audit.h).
 */
struct audit_head_row *audit_head_tail(struct store *s, struct err *e);
void audit_head_changed(struct store *s);
/* Writes it, if it was changed: the first step of a commit. */
NODISCARD int audit_head_flush(struct store *s, struct err *e);
/* The transaction is new, or over: what is in memory counts no more. */
void audit_head_forget(struct store *s);

#endif
