/*
 * Findings that someone has looked at and accepted, for a time and with a reason:
 *
 *	# lint: ignore RB102 until 2027-03-01 -- the pipe is constant, see CHG-12
 *
 * Behind something it is about that line; on a line of its own about the next
 * thing that begins below it, with all that is indented under it.
 */
#ifndef AIOPS_RUNBOOK_SUPPRESS_H
#define AIOPS_RUNBOOK_SUPPRESS_H

#include "aiops-runbook/schema/finding.h"
#include "aiops-runbook/schema/model.h"

/* Suppresses findings by the comments of the runbook's file. A comment that is malformed, names no
 * rule or one that is firm, or whose day is over, is a finding of RB503. */
void suppress_in_file(const struct runbook *rb, int64_t now_ns, struct findings *f);

#endif
