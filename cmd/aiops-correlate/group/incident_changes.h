/*
 * Changes in an incident's record.
 */
#ifndef AIOPS_CORRELATE_INCIDENT_CHANGES_H
#define AIOPS_CORRELATE_INCIDENT_CHANGES_H

#include "aiops-correlate/cause/cause.h"
#include "aiops-correlate/group/group.h"
#include "record/jsonw.h"

/* The changes as elements of the list of members, by time. */
void incident_change_members(struct jsonw *w, const struct group *g);
/* The latest changes before the cause's first alert, as elements of its evidence. */
void incident_change_evidence(struct jsonw *w, const struct group *g, const struct cause *cause);

#endif
