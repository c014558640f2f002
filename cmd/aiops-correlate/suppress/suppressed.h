/*
 * What can hold an alert back, and how often it did. Nothing is hidden: the
 * record passes and says what held it back.
 */
#ifndef AIOPS_CORRELATE_SUPPRESSED_H
#define AIOPS_CORRELATE_SUPPRESSED_H

#include <stdint.h>

/* Ordered as they are asked. */
enum suppress_cause {
	SUPPRESS_MAINTENANCE,
	SUPPRESS_INHIBITION,
	SUPPRESS_FLAPPING,
	SUPPRESS_COOLDOWN,
	SUPPRESS_CAP,
	SUPPRESS_CAUSES
};

/* "maintenance", "inhibition", "flapping", "cooldown", "cap". */
const char *suppress_cause_name(enum suppress_cause c);

/* Reports that were held back, by the first thing that did. */
struct suppressed {
	uint64_t n[SUPPRESS_CAUSES];
};

void suppressed_add(struct suppressed *to, const struct suppressed *from);

#endif
