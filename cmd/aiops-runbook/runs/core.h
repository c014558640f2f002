/*
 * Looking into the core of a plan that is on file: what holds for a run is what
 * was planned and approved, whatever its runbook says by now.
 */
#ifndef AIOPS_RUNBOOK_CORE_H
#define AIOPS_RUNBOOK_CORE_H

#include "base/buf.h"
#include "record/record.h"

struct core {
	struct buf line;
	struct record *r; /* record_get(r, "limits.max_targets") */
};

/* Released by core_release, also after an error. Errors: EX_BADDATA (damaged). */
NODISCARD int core_open(struct core *c, struct span text, struct err *e);
void core_release(struct core *c);
/* A whole number from 0 to max; standard if there is none. */
int64_t core_whole(const struct core *c, const char *path, int64_t standard, int64_t max);
/* True if the list at path has the word. */
bool core_has(const struct core *c, const char *path, struct span word);

#endif
