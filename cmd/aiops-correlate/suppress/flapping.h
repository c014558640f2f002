/*
 * Flapping: alerts that change between firing and resolved again and again.
 * Changes are counted within a stretch of event time; it begins at one number
 * of them and is over only at a lower one (hysteresis, as Nagios and Icinga do).
 */
#ifndef AIOPS_CORRELATE_FLAPPING_H
#define AIOPS_CORRELATE_FLAPPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-correlate/suppress/rules.h"
#include "aiops-correlate/tables/heap.h"
#include "base/map.h"

enum { FLAP_CHANGES = 16 };

struct flap {
	uint64_t fp;
	bool flapping;
	bool firing;                   /* what the last report said */
	int64_t changes[FLAP_CHANGES]; /* the last ones, oldest first */
	uint32_t n;
	uint64_t total; /* changes since it began to flap */
	int64_t since_ns, due_ns;
};

struct flaps {
	struct map by_fp;
	struct heap due;
	struct flapping_rule rule;
	size_t max; /* alerts watched at once; further ones are not recognised */
};

enum flap_news { FLAP_NOTHING, FLAP_BEGINS, FLAP_ENDS };

void flaps_init(struct flaps *fs, struct flapping_rule rule, size_t max);
void flaps_release(struct flaps *fs);
/* NULL: it did not change lately. */
struct flap *flaps_get(const struct flaps *fs, uint64_t fp);
/* The alert changed its state at at_ns. FLAP_BEGINS or FLAP_NOTHING. */
enum flap_news flaps_change(struct flaps *fs, uint64_t fp, bool firing, int64_t at_ns);
/* When an alert may have settled; INT64_MAX: none. */
int64_t flaps_next_due(const struct flaps *fs);
/* Looks at the one that is due first. FLAP_ENDS with *out a copy of it, or nothing. */
enum flap_news flaps_look(struct flaps *fs, struct flap *out);
void flaps_forget(struct flaps *fs, uint64_t fp);
/* Puts back one that was saved. */
void flaps_restore(struct flaps *fs, const struct flap *f);

#endif
