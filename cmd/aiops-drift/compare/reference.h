/*
 * The reference file, read line by line under the rules of the input (aiops(7)), and
 * what becomes of a record of the current window that was observed in the same way.
 */
#ifndef AIOPS_DRIFT_REFERENCE_H
#define AIOPS_DRIFT_REFERENCE_H

#include "aiops-drift/compare/feature.h"
#include "base/err.h"
#include "cli/filter.h"
#include "record/record.h"

struct reference_ops {
	/* Before the first line: what to watch. May be NULL. */
	void (*begin)(void *ctx, struct record *r);
	/* One record. */
	enum observed (*observe)(void *ctx, const struct record *r, struct err *e);
};

/* Reads all of path. Returns the exit code so far, EX_DONE or EX_REJECTS, or -1 with e set.
 * Control lines are skipped; *ignored grows by the records that observe had no use for. */
NODISCARD int reference_read(struct cli *c, const char *path, const struct reference_ops *ops,
			     void *ctx, int64_t *ignored, struct err *e);

/* Counts, rejects or stops as `what` says of the filter's record; -1, with problem in *e, for
 * OBSERVED_STOP. */
NODISCARD int observed_settle(struct filter *f, enum observed what, const struct err *problem,
			      int64_t *ignored, struct err *e);

#endif
