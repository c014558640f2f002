/*
 * A plan for a person, made from its canonical JSON: what is shown is what was
 * hashed, approved and stored.
 */
#ifndef AIOPS_RUNBOOK_PLAN_TEXT_H
#define AIOPS_RUNBOOK_PLAN_TEXT_H

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/* core: struct plan's. Foreign text in it is as it came: the printer makes it safe. Errors:
 * EX_BADDATA. */
NODISCARD int plan_write_text(struct span core, struct buf *out, struct err *e);

#endif
