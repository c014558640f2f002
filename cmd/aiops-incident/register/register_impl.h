/*
 * What the files of the register share. Private to register/.
 */
#ifndef AIOPS_INCIDENT_REGISTER_IMPL_H
#define AIOPS_INCIDENT_REGISTER_IMPL_H

#include "store/store.h"

extern const struct migration register_migrations[];
extern const size_t register_migration_count;

#endif
