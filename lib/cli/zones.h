/*
 * The time zones of the system, by name (Europe/Berlin), as tables.
 */
#ifndef AIOPS_CLI_ZONES_H
#define AIOPS_CLI_ZONES_H

#include "base/err.h"
#include "base/zone.h"

/*
 * Fills *out for an offset (+01:00), UTC, or a name of the system's time zone
 * database; it holds the years 2000 to 2060. About 3 ms for a name. Errors: EX_BADUSAGE (no such
 * zone, or no database).
 */
NODISCARD int zones_find(const char *name, struct zone *out, struct err *e);

#endif
