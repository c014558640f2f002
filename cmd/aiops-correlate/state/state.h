/*
 * The state file: locked while the programme runs, read at the start, replaced
 * atomically; both line by line.
 */
#ifndef AIOPS_CORRELATE_STATE_H
#define AIOPS_CORRELATE_STATE_H

#include "aiops-correlate/engine.h"
#include "aiops-correlate/state/ahead.h"
#include "base/err.h"
#include "base/file.h"

struct state_file {
	const char *path; /* borrowed; NULL: no state is kept */
	int lock;         /* -1: none */
	/* what engine_finish must not change any more: committed by the next write */
	struct file_new *next;
	size_t rows; /* that stand in it */
};

/* Locks path and reads it into en and a, both fresh; a missing file is an empty
 * state. Errors: EX_TRYLATER (another run holds it), EX_CANNOTCREATE,
 * EX_UNREADABLE, EX_BADCONFIG (damaged, newer). */
NODISCARD int state_open(struct state_file *s, const char *path, struct engine *en, struct ahead *a,
			 struct err *e);
/* Takes the snapshot that the next state_write commits, without the announcements. */
NODISCARD int state_freeze(struct state_file *s, const struct engine *en, struct err *e);
/* Commits the frozen snapshot, or one of now, with the announcements `a`. */
NODISCARD int state_write(struct state_file *s, const struct engine *en, const struct ahead *a,
			  struct err *e);
void state_close(struct state_file *s);

#endif
