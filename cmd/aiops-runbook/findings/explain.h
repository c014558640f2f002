/*
 * Why a rule is there, with a bad and a good example: share/lint/RBnnn.yaml,
 * {why, bad, good}. The examples are parts of a runbook; the rest of it is
 * share/lint/base.yaml. A test lints each of them.
 */
#ifndef AIOPS_RUNBOOK_EXPLAIN_H
#define AIOPS_RUNBOOK_EXPLAIN_H

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/* Appends the explanation of rule `id` (RB203) as text. Errors: EX_BADUSAGE (no such rule),
 * EX_UNREADABLE, EX_BADCONFIG. */
NODISCARD int explain_rule(struct span id, struct buf *out, struct err *e);
/* Appends the JSON Schema of runbooks. Errors: EX_UNREADABLE. */
NODISCARD int explain_schema(struct buf *out, struct err *e);

#endif
