#include "aiops-runbook/breaker/policy_schema.h"

const struct migration policy_migrations[] = {
	{25,
	 "CREATE TABLE aiops_pause (runbook TEXT PRIMARY KEY, paused_by TEXT NOT NULL, reason TEXT,"
	 " at_ns INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
	 "CREATE INDEX aiops_run_runbook ON aiops_run (runbook, ended_ns, state, reason, mode);"
	 "CREATE TABLE aiops_approval_drop (approval TEXT NOT NULL REFERENCES aiops_approval (id),"
	 " step TEXT NOT NULL, PRIMARY KEY (approval, step)) STRICT, WITHOUT ROWID;"},
	{26,
	 "CREATE TABLE aiops_reserved (run TEXT PRIMARY KEY REFERENCES aiops_run (id),"
	 " runbook TEXT NOT NULL, incident TEXT, actions INTEGER NOT NULL, undos INTEGER NOT NULL,"
	 " at_ns INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
	 "CREATE TABLE aiops_reserved_target (run TEXT NOT NULL REFERENCES aiops_run (id),"
	 " target TEXT NOT NULL, PRIMARY KEY (run, target)) STRICT, WITHOUT ROWID;"},
	{27, "ALTER TABLE aiops_reserved ADD COLUMN destructive INTEGER NOT NULL DEFAULT 0;"},
};
const size_t policy_migration_count = sizeof policy_migrations / sizeof *policy_migrations;
