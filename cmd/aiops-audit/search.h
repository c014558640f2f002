/*
 * Full-text search over the bodies of the log: an SQLite FTS5 index in a file of
 * its own beside it, `<db>.search`. Whoever searches brings it up to date first. It
 * holds words, not bodies, and may be deleted at any time; what redacts or prunes the log
 * must delete it (search_forget). Where it cannot be written, as beside a copy that
 * belongs to another, an index is made in memory.
 */
#ifndef AIOPS_AUDIT_SEARCH_H
#define AIOPS_AUDIT_SEARCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "store/audit.h"

struct search;

/* Opens the index of the log at db_path and indexes what came since. log and head are of the same
 * moment. O(new rows). Errors: EX_IO, EX_TRYLATER, EX_SYSTEM. */
NODISCARD int search_open(const char *db_path, struct store *log, const struct audit_head *head,
			  struct search **out, struct err *e);
void search_close(struct search *s);

/*
 * The rows that hold every word of text, in order, as a JSON array of seq appended to
 * out. A word is what stands between blanks, compared without case and accents; "two
 * words" in double quotes must follow one another; word* begins with it. Errors: EX_BADUSAGE (no
 * word), EX_SYSTEM.
 */
NODISCARD int search_find(struct search *s, struct span text, struct buf *out, struct err *e);

/* Deletes the index of the log at db_path, if there is one. Errors: EX_IO. */
NODISCARD int search_forget(const char *db_path, struct err *e);

#endif
