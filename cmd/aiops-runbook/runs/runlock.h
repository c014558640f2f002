/*
 * The lock of a run, in a file beside the store: it says that the run's runner
 * lives, and ends with the process.
 */
#ifndef AIOPS_RUNBOOK_RUNLOCK_H
#define AIOPS_RUNBOOK_RUNLOCK_H

#include <stdbool.h>

#include "base/err.h"

struct run_lock {
	int fd; /* -1: not held */
	char *path;
};

/* Errors: EX_TRYLATER (another process is at the run), EX_CANNOTCREATE, EX_IO. */
NODISCARD int run_lock_take(const char *db, const char *run, struct run_lock *out, struct err *e);
/* Lets go of it; its file is removed. */
void run_lock_drop(struct run_lock *l);

/*
 * The file of the outcomes of a run's attempts (proc/shim.h), beside the lock; the folder is made
 * if it is missing. One for all: the next attempt begins when the last one's outcome is in the
 * store. The caller frees it. NULL: EX_CANNOTCREATE.
 */
char *outcome_file(const char *db, const char *run, struct err *e);

/* True if somebody holds the run's lock. */
bool run_lock_is_held(const char *db, const char *run);

#endif
