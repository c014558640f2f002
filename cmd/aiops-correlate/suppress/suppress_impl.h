/*
 * What the files of suppress.h share. Private to them.
 *
 *   policy.c            what may hold alerts back, made and released; alerts kept aside
 *   suppress_preview.c  an alert is read: what will hold it back, as far as it can be told
 *   suppress_hold.c     its turn has come: is it kept aside?
 *   suppress.c          it was applied: what held it back is marked and counted
 *   suppress_give.c     what was held back and fires on is told, once
 *   suppress_time.c     event time alone: windows begin and end, alerts settle, bursts pass
 */
#ifndef AIOPS_CORRELATE_SUPPRESS_IMPL_H
#define AIOPS_CORRELATE_SUPPRESS_IMPL_H

#include "aiops-correlate/suppress/matchers.h"
#include "aiops-correlate/suppress/suppress.h"

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
