/*
 * The parts of a SARIF 2.1.0 log (OASIS Standard, sections 3.13 to 3.49): one
 * run, its rules, a result for each finding. Private to report.c.
 */
#ifndef AIOPS_RUNBOOK_SARIF_H
#define AIOPS_RUNBOOK_SARIF_H

#include "aiops-runbook/schema/finding.h"
#include "base/buf.h"

void sarif_begin(struct buf *out);
/* A result without the comma between two. */
void sarif_result(struct buf *out, const char *path, const struct finding *x);
void sarif_end(struct buf *out);

#endif
