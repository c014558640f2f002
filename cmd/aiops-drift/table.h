/*
 * The results for people: a table on standard output.
 */
#ifndef AIOPS_DRIFT_TABLE_H
#define AIOPS_DRIFT_TABLE_H

#include <stddef.h>

#include "aiops-drift/report.h"
#include "base/buf.h"

/* Appends a heading, a line for each feature (with its reason below, unless
 * nothing happened), and the totals. Foreign text is made safe for a terminal. Lines are at most
 * `columns` wide: names are cut, reasons wrapped; 0 sets no limit. */
void table_write(const struct report *rep, const struct result *results, size_t n, size_t columns,
		 struct buf *out);

/* Appends s, made safe for a terminal, as at most `columns` characters (0: all of it). */
void add_clipped(struct buf *out, struct span s, size_t columns);

#endif
