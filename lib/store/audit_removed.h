/*
 * Rows without a body, held against the records that say who took them out (store/audit_removal.h).
 */
#ifndef AIOPS_STORE_AUDIT_REMOVED_H
#define AIOPS_STORE_AUDIT_REMOVED_H

#include "store/audit_verify.h"

struct removed;

struct removed *removed_new(void);
void removed_free(struct removed *r); /* NULL is accepted */

/* A row without a body. */
void removed_row(struct removed *r, int64_t seq, struct span kind, struct span ts);
/* A record that stands at seq: if it is of the log's own, what it says was taken out. */
void removed_record(struct removed *r, int64_t seq, const struct record *record);
/* After the last row: each row without a body of which no record tells is a problem. */
void removed_check(struct removed *r, struct verify *v);

#endif
