/*
 * A time zone as a table: from when on local time is how far east of UTC. Pure; who
 * knows the zones of the system fills the table (cli/zones.h).
 */
#ifndef AIOPS_BASE_ZONE_H
#define AIOPS_BASE_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/instant.h"
#include "base/span.h"

struct zone_change {
	int64_t from_s; /* since the epoch */
	int32_t offset_s;
};

struct zone {
	char name[64];
	struct zone_change *changes; /* by from_s; the first is from the beginning of time. owned */
	size_t n, cap;
};

/* The zone that is always so far east of UTC. name is copied, cut if it is long. */
void zone_fixed(struct zone *z, const char *name, int32_t offset_s);
/* From from_s, later than all before, on. */
void zone_add(struct zone *z, int64_t from_s, int32_t offset_s);
void zone_release(struct zone *z);

/* "Z", "UTC", "+01:00", "-0530". Errors: EX_BADUSAGE. */
NODISCARD int zone_parse_offset(struct span s, int32_t *offset_s, struct err *e);

/* Seconds east of UTC at an instant (ns since the epoch). O(log changes). */
int32_t zone_offset_s(const struct zone *z, int64_t ns);
/* What clocks there show. */
struct civil zone_civil(const struct zone *z, int64_t ns);
/*
 * When clocks there show c, in ns since the epoch. A time that comes twice, when
 * clocks are put back, is the first; one that is skipped is as far behind the change as it was
 * thought to be behind it (02:30 becomes 03:30).
 */
int64_t zone_instant(const struct zone *z, const struct civil *c);

#endif
