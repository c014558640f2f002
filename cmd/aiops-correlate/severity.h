/*
 * Effective severity: what an incident deserves, from what its alerts say.
 */
#ifndef AIOPS_CORRELATE_SEVERITY_H
#define AIOPS_CORRELATE_SEVERITY_H

#include <stdint.h>

#include "base/buf.h"
#include "record/event.h"

/*
 * The highest severity among `alerts` distinct alerts, one step higher (at most
 * critical) if more than five others are correlated with it; unknown counts as
 * medium. why (may be NULL) gets the reason.
 */
enum severity severity_effective(enum severity highest, uint32_t alerts, struct buf *why);

#endif
