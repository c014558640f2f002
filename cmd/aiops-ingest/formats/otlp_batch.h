/*
 * The batches of an OTLP request: which resource and which scope its records
 * belong to. These may stand before or behind the records; what comes too early
 * is held, within a limit.
 */
#ifndef AIOPS_INGEST_OTLP_BATCH_H
#define AIOPS_INGEST_OTLP_BATCH_H

#include "aiops-ingest/formats/otlp.h"

enum otlp_kind { OTLP_LOG, OTLP_METRIC, OTLP_SPAN };

struct otlp_batch {
	struct otlp o;
	struct record *again; /* of what was held */
	struct buf texts;
	struct held *held;
	size_t n_held, held_cap;
	struct held_scope *scopes;
	size_t n_scopes, scopes_cap;
};

void otlp_batch_init(struct otlp_batch *b, struct ingest *in);
void otlp_batch_release(struct otlp_batch *b);

/* A resource or scope begins; so_far is what stands before its records, or NULL. */
void otlp_batch_resource(struct otlp_batch *b, const struct record *so_far);
void otlp_batch_scope(struct otlp_batch *b, const struct record *so_far);

/* A log record, metric or span. -1 from here on: the run ends. */
NODISCARD int otlp_batch_element(struct otlp_batch *b, enum otlp_kind kind, const struct record *r,
				 struct err *e);
/* A scope or resource has come whole; array is what its elements were cut out of. */
NODISCARD int otlp_batch_end_scope(struct otlp_batch *b, const struct record *r, const char *array,
				   struct err *e);
NODISCARD int otlp_batch_end_resource(struct otlp_batch *b, const struct record *r,
				      const char *array, struct err *e);
/* The array must be empty by now. */
NODISCARD int otlp_batch_leftover(struct otlp_batch *b, const struct record *r, const char *array,
				  struct err *e);

/* The document ended or broke off: what is still held is rejected. */
NODISCARD int otlp_batch_settle(struct otlp_batch *b, struct err *e);
void otlp_batch_reset(struct otlp_batch *b);

#endif
