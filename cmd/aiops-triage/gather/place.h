/*
 * Where an incident is: what its queries are about. Each component that may be the cause, the
 * likeliest first, with what the alerts there say of it.
 */
#ifndef AIOPS_TRIAGE_PLACE_H
#define AIOPS_TRIAGE_PLACE_H

#include <stddef.h>

#include "aiops-triage/evidence/context.h"
#include "aiops-triage/explain/incident.h"
#include "base/span.h"

#define PLACES_MAX 16

/* Spans are borrowed from the incident and the context. */
struct place {
	struct span component, service, host, env;
	const struct incident *incident;
	const struct item *alert; /* of its first alert that is known; NULL */
};

/* At most max (up to PLACES_MAX); one without a component if the incident names none. */
size_t places_of(const struct incident *inc, const struct context *c, struct place *out,
		 size_t max);

/* A label: of the alert, else of the incident, else SPAN_NONE. */
struct span place_label(const struct place *p, struct span name);

#endif
