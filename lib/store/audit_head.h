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

/* Errors: EX_BADDATA if there is no row or it contradicts itself, and those of store_err. */
NODISCARD int audit_head_read(struct store *s, struct audit_head_row *out, struct err *e);
NODISCARD int audit_head_write(struct store *s, const struct audit_head_row *head, struct err *e);

#endif
