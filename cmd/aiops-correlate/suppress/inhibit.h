/*
 * Inhibition: an index from the values of a rule's equal labels to the sources
 * that fire with them, so that asking costs a look-up for each rule whose target
 * matches, however many alerts fire (Alertmanager before 0.28 looked at each
 * source: prometheus/alertmanager#4606).
 */
#ifndef AIOPS_CORRELATE_INHIBIT_H
#define AIOPS_CORRELATE_INHIBIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-correlate/suppress/rules.h"
#include "base/map.h"

/* Fingerprints. */
struct fps {
	uint64_t *items;
	size_t n, cap;
};
void fps_release(struct fps *l);

struct inhibit {
	const struct site_rules *rules; /* borrowed */
	struct map index;               /* rule and values to struct inhibit_set */
};

void inhibit_init(struct inhibit *in, const struct site_rules *rules);
void inhibit_release(struct inhibit *in);

/* The alert fires; decided: its turn has come (else it was only read). If it was a source and is
 * none as it is now, freed is as for inhibit_over. */
void inhibit_fires(struct inhibit *in, uint64_t fp, struct subject s, bool decided,
		   struct fps *freed);
/* The alert is over. With decided, the targets of a rule that no source holds any more are
 * added to freed (may be NULL). */
void inhibit_over(struct inhibit *in, uint64_t fp, struct subject s, bool decided,
		  struct fps *freed);
/* The first rule that mutes the alert, or NULL. By sources that were decided only, or also those
 * that were read. As in Alertmanager an alert that matches both sides of a rule is not muted by
 * one that does, too. */
const struct inhibit_rule *inhibit_find(const struct inhibit *in, uint64_t fp, struct subject s,
					bool decided);
/* The alert was muted: inhibit_over tells when it no longer is. */
void inhibit_note(struct inhibit *in, const struct inhibit_rule *rule, uint64_t fp,
		  struct subject s);

#endif
