/*
 * A record of ours as a line for a person.
 */
#ifndef AIOPS_RUNBOOK_RECORD_TEXT_H
#define AIOPS_RUNBOOK_RECORD_TEXT_H

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "record/record.h"

/*
 * Appends the text of a run or plan record, without a newline behind it. r is scratch. Foreign text
 * is as it came: the printer makes it safe. Errors: EX_BADDATA.
 */
NODISCARD int record_as_text(struct record *r, struct span line, struct buf *out, struct err *e);

#endif
