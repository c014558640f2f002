/*
 * The tables of the audit log. What is written here stays: a change is a new
 * migration, and audit_verify compares the schema of a database with these
 * texts. The triggers guard against accidents only; who can write the file can
 * drop them, and the chain is there for that.
 */
#include "store/audit_schema.h"

#include "store/audit.h"
#include "store/store_impl.h"

/* seq has no gap. ts has three digits behind the second, so that the order of the text is the order
 * of time. record_id, incident and run repeat what the body says, for queries. body is the record
 * byte for byte; body and salt go together when a record is redacted. */
#define TABLES                                                                                     \
	"CREATE TABLE aiops_audit (\n"                                                             \
	"  seq INTEGER PRIMARY KEY CHECK (seq >= 1),\n"                                            \
	"  ts TEXT NOT NULL,\n"                                                                    \
	"  kind TEXT NOT NULL,\n"                                                                  \
	"  actor TEXT NOT NULL,\n"                                                                 \
	"  record_id TEXT,\n"                                                                      \
	"  incident TEXT,\n"                                                                       \
	"  run TEXT,\n"                                                                            \
	"  body_hash TEXT NOT NULL CHECK (length(body_hash) = 64),\n"                              \
	"  hash TEXT NOT NULL CHECK (length(hash) = 64),\n"                                        \
	"  salt TEXT CHECK (length(salt) = 64),\n"                                                 \
	"  body TEXT,\n"                                                                           \
	"  CHECK ((salt IS NULL) = (body IS NULL))\n"                                              \
	") STRICT;\n"                                                                              \
	"CREATE TABLE aiops_audit_head (\n"                                                        \
	"  one INTEGER PRIMARY KEY CHECK (one = 1),\n"                                             \
	"  log TEXT NOT NULL CHECK (length(log) = 32),\n"                                          \
	"  size INTEGER NOT NULL CHECK (size >= 0),\n"                                             \
	"  hash TEXT NOT NULL CHECK (length(hash) = 64),\n"                                        \
	"  peaks TEXT NOT NULL\n"                                                                  \
	") STRICT;\n"

#define INDEXES                                                                                               \
	"CREATE UNIQUE INDEX aiops_audit_record_id ON aiops_audit (record_id) WHERE record_id IS NOT NULL;\n" \
	"CREATE INDEX aiops_audit_incident ON aiops_audit (incident) WHERE incident IS NOT NULL;\n"           \
	"CREATE INDEX aiops_audit_run ON aiops_audit (run) WHERE run IS NOT NULL;\n"

/* The log's id names the log and is no secret: SQLite's generator, seeded by the system, does. */
#define FIRST_HEAD                                                                                 \
	"INSERT INTO aiops_audit_head (one, log, size, hash, peaks)\n"                             \
	"  VALUES (1, lower(hex(randomblob(16))), 0, '"                                            \
	"0000000000000000000000000000000000000000000000000000000000000000', '');\n"

/* ROLLBACK where rows are appended: for ABORT, SQLite would copy each page aside before each
 * statement. */
#define GUARDS                                                                                                 \
	"CREATE TRIGGER aiops_audit_insert BEFORE INSERT ON aiops_audit\n"                                     \
	"  WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM aiops_audit)\n"                          \
	"  BEGIN SELECT RAISE(ROLLBACK, 'rows of the audit log are added at its end only'); END;\n"            \
	"CREATE TRIGGER aiops_audit_delete BEFORE DELETE ON aiops_audit\n"                                     \
	"  BEGIN SELECT RAISE(ABORT, 'rows of the audit log are never deleted'); END;\n"                       \
	"CREATE TRIGGER aiops_audit_update BEFORE UPDATE ON aiops_audit\n"                                     \
	"  WHEN NOT (NEW.seq IS OLD.seq AND NEW.ts IS OLD.ts AND NEW.kind IS OLD.kind\n"                       \
	"    AND NEW.actor IS OLD.actor AND NEW.record_id IS OLD.record_id AND NEW.incident IS OLD.incident\n" \
	"    AND NEW.run IS OLD.run AND NEW.body_hash IS OLD.body_hash AND NEW.hash IS OLD.hash\n"             \
	"    AND NEW.salt IS NULL AND NEW.body IS NULL)\n"                                                     \
	"  BEGIN SELECT RAISE(ABORT, 'rows of the audit log are never changed, only redacted'); END;\n"        \
	"CREATE TRIGGER aiops_audit_head_insert BEFORE INSERT ON aiops_audit_head\n"                           \
	"  BEGIN SELECT RAISE(ABORT, 'the audit log has one head'); END;\n"                                    \
	"CREATE TRIGGER aiops_audit_head_delete BEFORE DELETE ON aiops_audit_head\n"                           \
	"  BEGIN SELECT RAISE(ABORT, 'the head of the audit log is never deleted'); END;\n"                    \
	"CREATE TRIGGER aiops_audit_head_update BEFORE UPDATE ON aiops_audit_head\n"                           \
	"  WHEN NEW.log IS NOT OLD.log OR NEW.size <= OLD.size\n"                                              \
	"    OR NEW.size IS NOT (SELECT max(seq) FROM aiops_audit)\n"                                          \
	"  BEGIN SELECT RAISE(ROLLBACK, 'the head of the audit log follows its rows'); END;\n"

/* The checkpoints that were signed here. Each is a prefix of the next: what was signed once is not
 * signed otherwise. */
#define SIGNED                                                                                     \
	"CREATE TABLE aiops_audit_signed (\n"                                                      \
	"  n INTEGER PRIMARY KEY CHECK (n >= 1),\n"                                                \
	"  size INTEGER NOT NULL CHECK (size >= 0),\n"                                             \
	"  root TEXT NOT NULL CHECK (length(root) = 64),\n"                                        \
	"  note TEXT NOT NULL\n"                                                                   \
	") STRICT;\n"                                                                              \
	"CREATE TRIGGER aiops_audit_signed_insert BEFORE INSERT ON aiops_audit_signed\n"           \
	"  WHEN NEW.size < (SELECT coalesce(max(size), 0) FROM aiops_audit_signed)\n"              \
	"  BEGIN SELECT RAISE(ABORT, 'signed checkpoints are added in order of size'); END;\n"     \
	"CREATE TRIGGER aiops_audit_signed_delete BEFORE DELETE ON aiops_audit_signed\n"           \
	"  BEGIN SELECT RAISE(ABORT, 'signed checkpoints are never deleted'); END;\n"              \
	"CREATE TRIGGER aiops_audit_signed_update BEFORE UPDATE ON aiops_audit_signed\n"           \
	"  BEGIN SELECT RAISE(ABORT, 'signed checkpoints are never changed'); END;\n"

/* A tenth of the time of an insert; SQLite gives the next seq itself, and audit_append compares. */
#define NO_INSERT_GUARD "DROP TRIGGER aiops_audit_insert;\n"

const struct migration audit_migrations[] = {
	{1, TABLES INDEXES FIRST_HEAD GUARDS},
	{2, NO_INSERT_GUARD SIGNED},
};

const size_t audit_migration_count = sizeof audit_migrations / sizeof *audit_migrations;

int audit_check_version(struct store *s, size_t *applied, struct err *e)
{
	size_t n;

	if (store_count_applied(s, audit_migrations, audit_migration_count, &n, e) != 0)
		return -1;
	if (applied)
		*applied = n;
	return n ? 0
		 : err_set(e, EX_BADCONFIG,
			   "'%s' has no audit log: nothing has been written to one yet", s->path);
}
