/*
 * What one alert does to the incidents, when its turn has come; and what it is
 * going to do, as far as that can be told before.
 */
#ifndef AIOPS_CORRELATE_DECIDE_H
#define AIOPS_CORRELATE_DECIDE_H

#include "aiops-correlate/engine.h"

#define WHY_MAX 2048

/* Applies s. out (may be NULL) gets what became of it. s still belongs to the
 * caller, its pairs may have been taken. */
void decide(struct engine *en, struct sighting *s, struct outcome *out);
/* Fills out and s->incident for an alert that has to wait. Changes nothing else but what was
 * foretold. */
void preview(struct engine *en, struct sighting *s, struct outcome *out);

/* a has left: expired, or dropped for want of room. Frees a. */
void retire(struct engine *en, struct alert *a, enum ending why);

/* a's timer has fired: it is over by its own word, or has not been seen for too long and has left.
 */
void alert_due(struct engine *en, struct alert *a);
/* g changed: a new revision, announced now or when its time has come. */
void group_changed(struct engine *en, struct group *g, enum change change, bool at_once);
/* Asks for a look at g at at_ns. */
void group_watch(struct engine *en, struct group *g, int64_t at_ns);

/* s waits for its turn, behind the one of its track that waits; taken over. */
void engine_wait(struct engine *en, struct sighting *s);
/* Where s stands in the topology, or -1. */
int sighting_place(const struct engine *en, const struct sighting *s);

void outcome_make(struct outcome *o, const char *incident, enum role role);
void outcome_weigh(const struct engine *en, struct outcome *o, enum severity own,
		   const struct group *g);
void outcome_duplicate(struct outcome *o, const char *first_id, uint32_t count);

#endif
