/*
 * What an alert carries under the key "correlate" when it passes.
 */
#ifndef AIOPS_CORRELATE_ANNOTATION_H
#define AIOPS_CORRELATE_ANNOTATION_H

#include "aiops-correlate/engine.h"
#include "aiops-correlate/enrich.h"

/* Replaces out by a JSON object: what became of the report, and what its own words added to it.
 * at_ns: its time, told in the zone that the rules ask for. */
void annotation_write(const struct outcome *o, const struct enriched *added,
		      const struct site_rules *rules, int64_t at_ns, struct buf *out);

#endif
