/*
 * Which files of a folder differ from a revision, by git(1).
 */
#ifndef AIOPS_RUNBOOK_CHANGED_H
#define AIOPS_RUNBOOK_CHANGED_H

#include "aiops-runbook/schema/model.h"
#include "base/map.h"

struct changed {
	const char *revision;
	const char *path;   /* where git is looked for */
	const char *home;   /* whose configuration git reads */
	struct map folders; /* those that were asked about */
	struct map files;
};

void changed_init(struct changed *c, const char *revision, const char *path, const char *home);
/* Asks git about the folder that file stands in, once. Errors: EX_BADUSAGE (no revision, no
 * repository: git's own words), EX_UNREADABLE (no git). */
NODISCARD int changed_ask(struct changed *c, const char *file, struct err *e);
/* Whether it, or an input file of the runbook (NULL: it has none), differs from the revision or is
 * not in it. changed_ask came before. */
bool changed_is(const struct changed *c, const char *file, const struct runbook *rb);
void changed_release(struct changed *c);

#endif
