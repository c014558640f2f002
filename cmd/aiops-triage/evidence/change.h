/*
 * How likely a change is to be the cause, before anything else is known.
 *
 * score = exp(-(t0 - t) / tau) * kind * exp(-rate * window), 0 after the onset
 * (that may be a mitigation) or longer than the window before it. rate is how
 * often the same service changed earlier: of a service that deploys every ten
 * minutes one more deploy proves nothing. About 70 % of outages follow a change
 * (Site Reliability Engineering, chapter 6). How sharply the series moved at the onset is
 * not looked at yet.
 */
#ifndef AIOPS_TRIAGE_CHANGE_H
#define AIOPS_TRIAGE_CHANGE_H

#include <stdint.h>

#include "aiops-triage/evidence/context.h"
#include "base/span.h"

#define CHANGE_WINDOW_NS (INT64_C(2) * 3600 * NS_PER_S)

/* Changes an hour of the same service or component in the day before the window; 0 if none is
 * known. */
double change_rate(const struct context *c, const struct item *change, int64_t onset_ns);

/* 0 to 1. Pure. */
double change_score(const struct item *change, int64_t onset_ns, double rate_per_h);

#endif
