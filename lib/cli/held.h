/*
 * Lines of a filter that are kept back until a group of records is durable: what
 * a reader of the output has seen is then on disk. A filter that stores what
 * passes shares one transaction and one sync among the records that are there to
 * be read, up to a bound, and holds no lock while it waits for input.
 *
 * What the transaction is stays the filter's: it begins one with the first record
 * that needs it, adds lines (held_pass, or to `lines` itself) while it is open, and
 * after the commit lets everything go with held_emit.
 */
#ifndef AIOPS_CLI_HELD_H
#define AIOPS_CLI_HELD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"
#include "cli/filter.h"

/* A group ends here at the latest: others wait for the lock, and the lines for their commit. */
#define HELD_ROWS  8000
#define HELD_BYTES ((size_t)4 << 20)

struct held {
	struct buf
		lines; /* what goes out after the commit, newlines included; may be appended to */
	size_t rows;   /* records in the open transaction, counted by the filter */
};

void held_init(struct held *h);
void held_release(struct held *h);

/* Keeps the record's line as it came. */
void held_pass(struct held *h, const struct record *r);
/* True if the group should end now. */
bool held_is_full(const struct held *h);
/* After the commit: lets all lines go, in order, and begins to count anew. */
void held_emit(struct held *h, struct filter *f);

#endif
