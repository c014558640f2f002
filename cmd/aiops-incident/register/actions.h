/*
 * What runs did about an incident: the JSON array `remediation_actions` of its row.
 */
#ifndef AIOPS_INCIDENT_ACTIONS_H
#define AIOPS_INCIDENT_ACTIONS_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/pool.h"
#include "base/span.h"

/* Of an incident; the oldest go first. */
#define ACTIONS_MAX 50

/* Texts are borrowed; absent ones SPAN_NONE. */
struct action {
	struct span run, runbook, state, reason, actor;
	int64_t started_ns, at_ns; /* of the run's first record, and of the last one */
};

/* Calls fn for each of a JSON array that actions_with made (SPAN_NONE: of none), oldest first. */
typedef void action_fn(void *ctx, const struct action *a);
void actions_each(struct span json, action_fn *fn, void *ctx);

/* The array with *a in it, in pool; in the place of what the same run did before, whose started_ns
 * it takes. */
struct span actions_with(struct span json, struct action *a, struct pool *pool);

/* When a run began; INT64_MIN: it is not among them. */
int64_t actions_started(struct span json, struct span run);

/* "restart-service: succeeded, verified, by ana (RUN-...)". */
void action_words(const struct action *a, struct buf *out);

#endif
