/*
 * The results for people: a table on standard output.
 */
#ifndef AIOPS_DRIFT_TABLE_H
#define AIOPS_DRIFT_TABLE_H

#include <stddef.h>

#include "aiops-drift/compare/report.h"
#include "base/buf.h"
#include "cli/cli.h"

/* Appends a heading, a line for each feature (with its reason below, unless
 * nothing happened), and the totals. Foreign text is made safe for a terminal. Lines are at most
 * `columns` wide: names are cut, reasons wrapped; 0 sets no limit. */
void table_write(const struct report *rep, const struct result *results, size_t n, size_t columns,
		 struct buf *out);

/* How wide a table may be: as the terminal (or COLUMNS) is; 0, no limit, in a file, which is not
 * cut to a width that nobody asked for. */
size_t table_columns(struct cli *c);

/* Appends s, made safe for a terminal, as at most `columns` characters (0: all of it). */
void add_clipped(struct buf *out, struct span s, size_t columns);

/* Appends the name that ends a line of which `used` characters stand already: as add_clipped with
 * what is left of `columns` (0: all of it), 4 at the least; and the LF. */
void add_last(struct buf *out, struct span name, size_t used, size_t columns);

#endif
