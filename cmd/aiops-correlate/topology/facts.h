/*
 * Facts (topologies, changes) of the stream, as the engine takes them in: each
 * waits for its turn among the alerts, then moves the topology in force, or
 * becomes context of incidents.
 */
#ifndef AIOPS_CORRELATE_FACTS_H
#define AIOPS_CORRELATE_FACTS_H

#include "aiops-correlate/engine.h"

/* Takes f over; it takes effect when event time has passed it by the lateness. */
void engine_take_fact(struct engine *en, struct fact *f_take);
/* Waits without deciding anything: for one that is read back from a state. */
void facts_wait(struct engine *en, struct fact *f_take);

/* When the next one that waits takes effect; INT64_MAX: none waits. */
int64_t facts_next(const struct engine *en);
/* The next one that waits takes effect. */
void facts_apply(struct engine *en);
/* All that is of at_ns or before does. */
void facts_apply_until(struct engine *en, int64_t at_ns);
/* What was learned of the topology holds from now on. Cheap if nothing was. */
void facts_enforce(struct engine *en);
/* The changes before s become context of g, which it joined at place. */
void facts_attach(struct engine *en, struct group *g, const struct sighting *s, int place);
void facts_release(struct engine *en);

#endif
