/*
 * What an alert does not say outright: its service, host, environment and layer
 * from labels that others use, and the service from what its title says. Pure.
 */
#ifndef AIOPS_CORRELATE_ENRICH_H
#define AIOPS_CORRELATE_ENRICH_H

#include <stdbool.h>
#include <stdint.h>

#include "aiops-correlate/sighting.h"
#include "aiops-correlate/suppress/rules.h"
#include "base/buf.h"

/* Spans of the record or of the rules; absent where the record had it, or nothing was found. */
struct enriched {
	struct span service, host, env, layer;
};

/*
 * Fills what is missing in r: labels first, then title and description. A component that is
 * missing, too, becomes the service, else the host.
 */
void enrich(const struct site_rules *rules, struct span title, struct span description,
	    struct report *r, struct enriched *out);
/* Appends the members "enriched", and in the rules' zone (if there is one) "hour" and "weekday",
 * each with a comma before it; nothing if there is nothing to say. */
void enriched_write(const struct enriched *en, const struct site_rules *rules, int64_t at_ns,
		    struct buf *out);

/* The service that a text names, or SPAN_NONE: a known one that stands in it as a word, else what
 * follows "service", unless that is a word of the language ("service is down"). */
struct span enrich_service(const struct site_rules *rules, struct span text);

#endif
