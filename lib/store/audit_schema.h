/*
 * The audit log's tables as SQL, for those who read rows or check the schema.
 */
#ifndef AIOPS_STORE_AUDIT_SCHEMA_H
#define AIOPS_STORE_AUDIT_SCHEMA_H

#include "base/err.h"

struct verify;

/* Columns of ROW_SELECT. */
enum row_column {
	ROW_SEQ,
	ROW_TS,
	ROW_KIND,
	ROW_ACTOR,
	ROW_RECORD_ID,
	ROW_INCIDENT,
	ROW_RUN,
	ROW_BODY_HASH,
	ROW_HASH,
	ROW_SALT,
	ROW_BODY,
};
#define ROW_SELECT                                                                                 \
	"SELECT seq, ts, kind, actor, record_id, incident, run, body_hash, hash, salt, body FROM aiops_audit ORDER BY seq"

/* Compares tables, indexes and triggers of the log, their texts included, with what the
 * migrations make. A difference is a problem; -1: could not. */
NODISCARD int audit_schema_check(struct verify *v, struct err *e);

#endif
