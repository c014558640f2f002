/*
 * What redact and prune share, and append with them: who acts.
 */
#ifndef AIOPS_AUDIT_REMOVING_H
#define AIOPS_AUDIT_REMOVING_H

#include "cli/cli.h"
#include "store/audit_removal.h"

/* Who acts: --actor, else the user, else "uid-N", which is put into number. *out is borrowed from
 * one of the three. Errors: EX_BADUSAGE. */
NODISCARD int actor_choose(struct cli *c, const char *given, struct buf *number, struct span *out,
			   struct err *e);

/* Opens the log for writing; it is not made. */
NODISCARD int removing_open(struct cli *c, int64_t wait_ms, struct store **out, struct err *e);

/* Deletes the search index and empties the write-ahead log, so that what was removed stands nowhere
 * in the files. */
NODISCARD int removing_finish(struct cli *c, struct store *s, struct err *e);

#endif
