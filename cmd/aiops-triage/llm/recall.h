/*
 * What a model proposed for an incident earlier in this run. While the rules rank the same
 * places and faults at the same severity, a new revision of the incident is not asked about again:
 * what was proposed is checked against the records once more and stands.
 */
#ifndef AIOPS_TRIAGE_RECALL_H
#define AIOPS_TRIAGE_RECALL_H

#include <stdbool.h>

#include "aiops-triage/explain/answer.h"
#include "aiops-triage/explain/incident.h"
#include "aiops-triage/llm/adopt.h"
#include "base/digest.h"
#include "base/map.h"

/* Incidents that are remembered; beyond it all are forgotten, and asked about anew. */
#define RECALL_MAX 1000

struct recall {
	struct map by_incident; /* to struct recalled, owned */
};

void recall_init(struct recall *r);
void recall_release(struct recall *r);

/* What the question depends on: the rules' ranking, and the severity. */
struct digest recall_key(const struct answer *a);

/* Keeps the hypotheses of a, which were adopted. */
void recall_keep(struct recall *r, const struct incident *inc, const struct digest *key,
		 const struct answer *a, const struct proposal *p);

/* Puts what was kept under that key into a, if its quotes still stand in the records. False: there
 * is nothing, and a is unchanged. *runbook is borrowed. */
bool recall_adopt(const struct recall *r, const struct digest *key, struct answer *a,
		  const struct prompt_source *source, struct adoption *out, struct span *runbook);

#endif
