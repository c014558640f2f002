/*
 * What the audit log reads out of a body.
 */
#ifndef AIOPS_STORE_AUDIT_BODY_H
#define AIOPS_STORE_AUDIT_BODY_H

#include <stdbool.h>

#include "store/audit.h"

/* Parses body with the store's parser; the result borrows from the store until the next call.
 * Errors: EX_BADDATA. O(len). */
NODISCARD int audit_body_keys(struct store *s, struct span body, struct audit_keys *out,
			      struct err *e);

/* Equal but for the top-level members `observed` and `audit` and white space between members. Both
 * are JSON objects; on anything else the answer is still defined, and false unless all bytes are
 * equal. */
bool audit_body_same(struct span a, struct span b);

#endif
