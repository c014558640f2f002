/*
 * What the parts of suppress.h share.
 */
#ifndef AIOPS_CORRELATE_SUPPRESS_IMPL_H
#define AIOPS_CORRELATE_SUPPRESS_IMPL_H

#include "aiops-correlate/matchers.h"
#include "aiops-correlate/suppress.h"

/* Adds "cause" or "cause:name" to what holds the alert back. out may be NULL. */
void suppress_add_by(struct outcome *out, enum suppress_cause cause, struct span name);
/* The windows that cover the alert at at_ns; count: they note the report. True if any does. */
bool suppress_in_maintenance(const struct engine *en, struct subject s, int64_t at_ns, bool count,
			     struct outcome *out);
/* One report was held back. g may be NULL. */
void suppress_count(struct engine *en, enum suppress_cause cause, struct group *g, int64_t at_ns);
/* The outcome of an alert that is kept aside; what holds it back stays in it. */
void suppress_explain_held(const struct sighting *s, uint32_t n, const char *why,
			   struct outcome *out);
/* Policy holds for the alert itself, too. */
void suppress_rate_outcome(struct outcome *out, const struct sighting *s);
/* True if an alert told at told_ns is not to be told at at_ns again. */
bool suppress_cools_down(const struct policy *p, int64_t told_ns, int64_t at_ns);

#endif
