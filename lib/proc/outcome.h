/*
 * How an attempt at a command came out, kept in a file until the caller has
 * made it durable elsewhere. The file says three things apart: nothing in it,
 * the command was never let go; a first line only, it was let go and its end is
 * not known; whole, with the SHA-256 of all before it as the last line, it
 * ended so. Private to lib/proc, but for the enum.
 */
#ifndef AIOPS_PROC_OUTCOME_H
#define AIOPS_PROC_OUTCOME_H

#include "proc/proc.h"

enum outcome_kind {
	OUTCOME_FILE_EMPTY,  /* never let go */
	OUTCOME_FILE_BEGUN,  /* let go; the end is not there, or not whole */
	OUTCOME_FILE_HELD,   /* whole: the gate was closed, nothing was executed */
	OUTCOME_FILE_NOEXEC, /* whole: it could not be started, *why says how */
	OUTCOME_FILE_ENDED,  /* whole: *result */
};

/* The first line, without a sync: it need not outlive the machine. label: one word of what the
 * attempt is. Errors: EX_IO. */
NODISCARD int outcome_begin(int fd, const char *label, struct err *e);
/* The rest, synced. result: for ENDED; why: for NOEXEC. Errors: EX_IO. */
NODISCARD int outcome_finish(int fd, const char *label, enum outcome_kind kind,
			     const struct proc_result *result, const struct err *why,
			     struct err *e);

/* Reads what stands there. A file of another label, or a changed one, counts as BEGUN: what it says
 * is not known. *result is set (and the caller's to release) for ENDED, *why for NOEXEC. Errors:
 * EX_UNREADABLE. */
NODISCARD int outcome_read(const char *path, const char *label, enum outcome_kind *kind,
			   struct proc_result *result, struct err *why, struct err *e);

#endif
