/*
 * The incident record (aiops-record(5)) of a group of alerts.
 */
#ifndef AIOPS_CORRELATE_INCIDENT_H
#define AIOPS_CORRELATE_INCIDENT_H

#include "aiops-correlate/group/group.h"
#include "aiops-correlate/suppress/rules.h"
#include "aiops-correlate/topology/topology.h"
#include "base/buf.h"

/* Members that a record carries; more are counted in members_omitted. */
#define INCIDENT_MEMBERS 200

/* Appends the record of g's last revision as one line of JSON, without a
 * newline. A function of g and topo only. O(members log members). */
void incident_render(const struct group *g, const struct topology *topo,
		     const struct site_rules *rules, struct buf *out);

#endif
