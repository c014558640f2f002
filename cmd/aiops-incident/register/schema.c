/*
 * The register's tables, and opening them.
 */
#include "aiops-incident/register/register.h"
#include "aiops-incident/register/register_impl.h"
#include "base/mem.h"
#include "store/audit.h"
#include "store/breaker_rows.h"

#include <stdlib.h>
#include <unistd.h>

const struct migration register_migrations[] = {
	{60,
	 /* AUTOINCREMENT: a number is never given twice. */
	 "CREATE TABLE aiops_incident ("
	 " number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL,"
	 " status TEXT NOT NULL, severity TEXT NOT NULL,"
	 " is_open INTEGER NOT NULL, rank INTEGER NOT NULL, severity_set INTEGER NOT NULL,"
	 " title_set INTEGER NOT NULL, title TEXT, type TEXT, service TEXT, services TEXT,"
	 " resources TEXT, metrics TEXT, key TEXT, component TEXT, hypothesis TEXT,"
	 " first_action TEXT, runbook TEXT, confidence REAL, cause TEXT, remedy TEXT,"
	 " detected_by TEXT, assigned_to TEXT, commander TEXT, communications TEXT, acked_by TEXT,"
	 " merged_into TEXT, starts_ns INTEGER, detected_ns INTEGER, acked_ns INTEGER,"
	 " mitigated_ns INTEGER, resolved_ns INTEGER, last_seen_ns INTEGER,"
	 " auto_resolved INTEGER NOT NULL, automated INTEGER NOT NULL, agreed INTEGER NOT NULL, alerts INTEGER NOT NULL, reopened INTEGER NOT NULL,"
	 " entries INTEGER NOT NULL);"
	 "CREATE INDEX aiops_incident_open ON aiops_incident(rank DESC, number) WHERE is_open = 1;"
	 "CREATE INDEX aiops_incident_detected ON aiops_incident(detected_ns);"
	 "CREATE INDEX aiops_incident_key ON aiops_incident(key) WHERE key IS NOT NULL;"
	 "CREATE INDEX aiops_incident_merged ON aiops_incident(merged_into)"
	 " WHERE merged_into IS NOT NULL;"
	 "CREATE TABLE aiops_incident_source (name TEXT PRIMARY KEY, number INTEGER NOT NULL,"
	 " revision INTEGER NOT NULL) WITHOUT ROWID;"
	 "CREATE TABLE aiops_incident_entry (number INTEGER NOT NULL, n INTEGER NOT NULL,"
	 " at_ns INTEGER NOT NULL, actor TEXT NOT NULL, change TEXT NOT NULL, from_status TEXT,"
	 " status TEXT, text TEXT, PRIMARY KEY (number, n)) WITHOUT ROWID;"
	 "CREATE TABLE aiops_incident_record (number INTEGER PRIMARY KEY, line TEXT NOT NULL);"},
	{61,
	 /* Messages: notify/outbox.h. */
	 "CREATE TABLE aiops_notice (id INTEGER PRIMARY KEY, incident TEXT NOT NULL,"
	 " channel TEXT NOT NULL, record_id TEXT, event TEXT NOT NULL, severity TEXT NOT NULL,"
	 " subject TEXT NOT NULL, text TEXT NOT NULL, body TEXT NOT NULL,"
	 " created_ns INTEGER NOT NULL, due_ns INTEGER NOT NULL, lease_ns INTEGER,"
	 " attempts INTEGER NOT NULL, state TEXT NOT NULL, why TEXT, sent_ns INTEGER);"
	 "CREATE INDEX aiops_notice_due ON aiops_notice(due_ns)"
	 " WHERE state IN ('waiting','sending','held');"
	 "CREATE INDEX aiops_notice_sent ON aiops_notice(channel, sent_ns) WHERE state = 'sent';"
	 "CREATE UNIQUE INDEX aiops_notice_once ON aiops_notice(record_id, channel, event)"
	 " WHERE record_id IS NOT NULL;"
	 "CREATE INDEX aiops_notice_incident ON aiops_notice(incident, channel);"
	 "CREATE TABLE aiops_told (incident TEXT NOT NULL, channel TEXT NOT NULL,"
	 " severity TEXT NOT NULL, status TEXT NOT NULL, hypothesis INTEGER NOT NULL, at_ns INTEGER NOT NULL,"
	 " PRIMARY KEY (incident, channel)) WITHOUT ROWID;"
	 "CREATE TABLE aiops_ladder (incident TEXT PRIMARY KEY, step INTEGER NOT NULL,"
	 " next_ns INTEGER NOT NULL) WITHOUT ROWID;"
	 "CREATE TABLE aiops_slack_action (trigger TEXT PRIMARY KEY, at_s INTEGER NOT NULL)"
	 " WITHOUT ROWID;"
	 "CREATE INDEX aiops_ladder_next ON aiops_ladder(next_ns);"},
	{62,
	 /* aiops_incident_count: what only ever grows, for Prometheus (register/count.h). */
	 "ALTER TABLE aiops_incident ADD COLUMN reopened_ns INTEGER;"
	 "ALTER TABLE aiops_incident ADD COLUMN actions TEXT;"
	 "CREATE TABLE aiops_incident_count (family TEXT NOT NULL, severity TEXT NOT NULL,"
	 " word TEXT NOT NULL, n REAL NOT NULL, PRIMARY KEY (family, severity, word)) WITHOUT ROWID;"
	 /* The order in which messages are taken. */
	 "CREATE INDEX aiops_notice_queue ON aiops_notice((severity='critical') DESC, due_ns, id)"
	 " WHERE state IN ('waiting','sending');"
	 "CREATE INDEX aiops_notice_held ON aiops_notice(channel, due_ns) WHERE state='held';"
	 "CREATE INDEX aiops_notice_age ON aiops_notice(created_ns)"
	 " WHERE state IN ('sent','failed','digested');"},
};
const size_t register_migration_count = sizeof register_migrations / sizeof *register_migrations;

int register_open(const char *path, struct store **out, struct err *e)
{
	size_t n = audit_migration_count + breaker_migration_count + register_migration_count;
	struct migration *all = mem_array(NULL, n, sizeof *all);
	int rc;

	memcpy(all, audit_migrations, audit_migration_count * sizeof *all);
	memcpy(all + audit_migration_count, breaker_migrations,
	       breaker_migration_count * sizeof *all);
	memcpy(all + audit_migration_count + breaker_migration_count, register_migrations,
	       register_migration_count * sizeof *all);
	rc = store_open(path, all, n, out, e);
	free(all);
	return rc;
}

int register_open_readonly(const char *path, struct store **out, struct err *e)
{
	size_t applied = 0;

	*out = NULL;
	if (access(path, F_OK) != 0)
		return 0; /* nothing has been registered */
	if (store_open_readonly(path, out, e) != 0)
		return -1;
	if (store_count_applied(*out, register_migrations, register_migration_count, &applied, e) !=
	    0) {
		store_close(*out);
		*out = NULL;
		return -1;
	}
	if (applied == 0) {
		store_close(*out);
		*out = NULL;
	}
	return 0;
}
