/*
 * The audit log's tables as SQL, for those who read rows or check the schema.
 */
#ifndef AIOPS_STORE_AUDIT_SCHEMA_H
#define AIOPS_STORE_AUDIT_SCHEMA_H

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
	"SELECT seq, ts, kind, actor, record_id, incident, run, body_hash, hash, salt, body FROM aiops_audit WHERE seq >= ? ORDER BY seq"

#endif
