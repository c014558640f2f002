/*
 * What records say about incidents, put into the register. Each function is one
 * change (or none) inside the desk's open transaction.
 */
#ifndef AIOPS_INCIDENT_APPLY_H
#define AIOPS_INCIDENT_APPLY_H

#include <stdint.h>

#include "aiops-incident/register/change.h"
#include "base/err.h"
#include "record/record.h"

struct applied {
	int64_t opened, updated, resolved, reopened, joined, merged; /* incidents */
	int64_t runs;      /* run records that changed one */
	int64_t known;     /* records that were applied before, or are older than what was */
	int64_t unmatched; /* run records of an incident that is not in the register */
};

struct applying {
	struct desk *desk;
	struct pool pool;         /* of one record */
	int64_t reopen_window_ns; /* an incident that comes back sooner is the same one */
	struct applied count;
};

/* An incident record. Errors: EX_BADDATA (the record cannot be used: e says why; nothing was
 * changed), the store's. */
NODISCARD int apply_incident(struct applying *a, const struct record *r, struct err *e);
/* A run record. Errors: as above. */
NODISCARD int apply_run(struct applying *a, const struct record *r, struct err *e);
/* A record of any kind that says what the cause of an incident was (`feedback`). Errors: as above.
 */
NODISCARD int apply_feedback(struct applying *a, const struct record *r, struct err *e);

/* ---- the parts, for tests and for each other ---- */

/* Who a record is by: its source if that can stand in the audit log, else "unknown". */
struct span applied_actor(const struct record *r);

/* The survivor's half of a merge: ack, people and earlier times of `from` go along. */
NODISCARD int merge_take(struct desk *d, const struct incident *from, struct incident *into,
			 const struct edit *why, struct err *e);
/* Joins one incident to another, both halves. from must differ from into. */
NODISCARD int merge_incidents(struct desk *d, struct incident *from, struct incident *into,
			      const struct edit *why, struct err *e);

#endif
