/*
 * What the files of the register share. Private to register/.
 */
#ifndef AIOPS_INCIDENT_REGISTER_IMPL_H
#define AIOPS_INCIDENT_REGISTER_IMPL_H

#include "aiops-incident/register/register.h"

extern const struct migration register_migrations[];
extern const size_t register_migration_count;

/* X(kind, member) for each column that is a member of struct incident, but id and number. */
#define COLUMNS(X)                                                                                 \
	X(I64, version)                                                                            \
	X(STATUS, status)                                                                          \
	X(SEVERITY, severity)                                                                      \
	X(BOOL, severity_set)                                                                      \
	X(BOOL, title_set)                                                                         \
	X(TEXT, title)                                                                             \
	X(TEXT, type)                                                                              \
	X(TEXT, service)                                                                           \
	X(TEXT, services)                                                                          \
	X(TEXT, resources)                                                                         \
	X(TEXT, metrics)                                                                           \
	X(TEXT, key)                                                                               \
	X(TEXT, component)                                                                         \
	X(TEXT, hypothesis)                                                                        \
	X(TEXT, first_action)                                                                      \
	X(TEXT, runbook)                                                                           \
	X(DOUBLE, confidence)                                                                      \
	X(TEXT, cause)                                                                             \
	X(TEXT, remedy)                                                                            \
	X(TEXT, detected_by)                                                                       \
	X(TEXT, assigned_to)                                                                       \
	X(TEXT, commander)                                                                         \
	X(TEXT, communications)                                                                    \
	X(TEXT, acked_by)                                                                          \
	X(TEXT, merged_into)                                                                       \
	X(TIME, starts_ns)                                                                         \
	X(TIME, detected_ns)                                                                       \
	X(TIME, acked_ns)                                                                          \
	X(TIME, mitigated_ns)                                                                      \
	X(TIME, resolved_ns)                                                                       \
	X(TIME, last_seen_ns)                                                                      \
	X(BOOL, auto_resolved)                                                                     \
	X(BOOL, automated)                                                                         \
	X(I64, agreed)                                                                             \
	X(I64, alerts)                                                                             \
	X(I64, reopened)                                                                           \
	X(TIME, reopened_ns)                                                                       \
	X(TEXT, actions)                                                                           \
	X(I64, entries)

#define NAME(kind, member) "," #member
#define SELECT             "SELECT number,id" COLUMNS(NAME) " FROM aiops_incident "

/* The row of st, which begins with the columns of SELECT. Errors: EX_IO (damaged). */
NODISCARD int incident_read_row(sqlite3_stmt *st, struct pool *pool, struct incident *out,
				struct err *e);
/* The one row that st (bound) gives: 1, 0, -1. */
NODISCARD int incident_read_one(struct store *s, sqlite3_stmt *st, struct pool *pool,
				struct incident *out, struct err *e);

#endif
