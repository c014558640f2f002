/*
 * The tables of pauses and of what approvals leave out (migrations 25 to 29).
 */
#ifndef AIOPS_RUNBOOK_POLICY_SCHEMA_H
#define AIOPS_RUNBOOK_POLICY_SCHEMA_H

#include "store/store.h"

extern const struct migration policy_migrations[];
extern const size_t policy_migration_count;

#endif
