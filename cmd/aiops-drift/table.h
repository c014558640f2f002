/*
 * The results for people: a table on standard output.
 */
#ifndef AIOPS_DRIFT_TABLE_H
#define AIOPS_DRIFT_TABLE_H

#include <stddef.h>

#include "aiops-drift/report.h"
#include "base/buf.h"

/* Appends a heading, a line for each feature (with its reason below, unless
 * nothing happened), and the totals. Foreign text is made safe for a terminal. */
void table_write(const struct report *rep, const struct result *results, size_t n, struct buf *out);

#endif
