/*
 * Locks of runs, in files beside the store: one says that a run's runner lives,
 * one keeps runs with the same concurrency key apart. Both end with the process.
 */
#ifndef AIOPS_RUNBOOK_RUNLOCK_H
#define AIOPS_RUNBOOK_RUNLOCK_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"

struct run_locks {
	int run_fd, key_fd; /* -1: not held */
	char *run_path;
};

/* Takes both. Errors: EX_TRYLATER (another run holds the key), EX_CANNOTCREATE, EX_IO. */
NODISCARD int run_locks_take(const char *db, const char *run, struct span key,
			     struct run_locks *out, struct err *e);
/* Lets go of both; the run's own file is removed. */
void run_locks_drop(struct run_locks *l);

/*
 * The file of the outcomes of a run's attempts (proc/shim.h), beside the locks; the folder is made
 * if it is missing. One for all: the next attempt begins when the last one's outcome is in the
 * store. The caller frees it. NULL: EX_CANNOTCREATE.
 */
char *outcome_file(const char *db, const char *run, struct err *e);

/* True if somebody holds the run's lock. */
bool run_lock_is_held(const char *db, const char *run);

#endif
