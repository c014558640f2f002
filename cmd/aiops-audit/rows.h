/*
 * Rows of the log, one after another: those that fit what can be asked of columns.
 */
#ifndef AIOPS_AUDIT_ROWS_H
#define AIOPS_AUDIT_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "aiops-audit/row.h"
#include "store/audit.h"

/* SPAN_NONE: any. */
struct rows_filter {
	struct span incident, run, actor, kind;
	struct span since, until; /* as the log writes its times (when_add_bound) */
	struct span among;        /* seqs, as a JSON array */
	int64_t after;            /* only rows behind this seq */
	bool descending;
};

/* 0: go on, 1: enough, -1: failed. The row is borrowed until it returns. */
typedef int rows_fn(void *ctx, const struct row *row, struct err *e);

/* Calls fn for each row that fits, by seq. head names the log. Errors: those of store_step, and
 * fn's. */
NODISCARD int rows_each(struct store *s, const struct audit_head *head,
			const struct rows_filter *filter, rows_fn *fn, void *ctx, struct err *e);

#endif
