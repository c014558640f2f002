/*
 * Deliveries that were accepted and whose records are not yet written: kept in a
 * SQLite database of their own (lib/store; WAL, synchronous=FULL), so that what was
 * acknowledged survives kill -9 and loss of power and comes out at the next start.
 * One process at a time has a spool. The digests of signed deliveries are kept with them.
 */
#ifndef AIOPS_INGEST_SPOOL_H
#define AIOPS_INGEST_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

struct spool;

/* Opens DIR/spool.db, made if missing. max_bytes: what may lie in it. window_ms: how long
 * signatures are remembered. Errors: EX_TRYLATER (another process has it), and those of store_open.
 */
NODISCARD int spool_open(const char *dir, size_t max_bytes, int64_t window_ms, struct spool **out,
			 struct err *e);
/* Takes out what was written; the rest stays. NULL is accepted. */
NODISCARD int spool_close(struct spool *s, struct err *e);

/* One delivery to keep. */
struct spool_item {
	struct span events;  /* lines of records, each with its LF */
	int64_t received_ms; /* wall clock, since the epoch */
	struct span digest;  /* of what was signed; SPAN_NONE: it was not */
	int64_t seq;         /* set by spool_put */
};
/* Keeps n of them in one transaction, and takes out what was written meanwhile. On return they are
 * on the disk. Errors: EX_IO: nothing of them is, and the spool cannot be used any more. */
NODISCARD int spool_put(struct spool *s, struct spool_item *items, size_t n, struct err *e);

/* Whether so many bytes more would be too many. */
bool spool_is_full(const struct spool *s, size_t more);

/* Appends the events of the first delivery behind number `after` to out. 1, 0 if there is none, -1
 * (EX_BADDATA: the spool is damaged). */
NODISCARD int spool_next(struct spool *s, int64_t after, struct buf *out, int64_t *seq,
			 struct err *e);
/* The number of the last one that was put; 0: none ever. */
int64_t spool_last(const struct spool *s);

/* Delivery seq, the next in order, is written; its events were so many bytes. It is taken out with
 * the next spool_put, by spool_tidy or by spool_close. */
void spool_written(struct spool *s, int64_t seq, size_t bytes);
/* Whether there is something to tidy. */
bool spool_is_untidy(const struct spool *s);
NODISCARD int spool_tidy(struct spool *s, struct err *e);

/* Calls seen for each digest that was kept at or after from_ms, oldest first. */
NODISCARD int spool_seen(struct spool *s, int64_t from_ms,
			 void (*seen)(void *ctx, struct span digest, int64_t at_ms), void *ctx,
			 struct err *e);

/* What is not yet written. */
int64_t spool_deliveries(const struct spool *s);
int64_t spool_bytes(const struct spool *s);
/* When the first of it came. 1, 0 if there is none, -1. */
NODISCARD int spool_oldest(struct spool *s, int64_t *received_ms, struct err *e);

#endif
