/*
 * What a runbook is beside others: its id, its triggers, its tests.
 */
#ifndef AIOPS_RUNBOOK_BESIDE_H
#define AIOPS_RUNBOOK_BESIDE_H

#include "aiops-runbook/schema/model.h"
#include "base/pool.h"

struct beside {
	struct pool pool;
	struct neighbour *seen;
	size_t n, cap;
};

/* Adds the findings of RB406, RB501 (an id that two files have) and RB504 about a runbook that
 * stands in `path`, and remembers it for those that follow. */
void beside_check(struct beside *b, const char *path, const struct runbook *rb, struct findings *f);
void beside_release(struct beside *b);

#endif
