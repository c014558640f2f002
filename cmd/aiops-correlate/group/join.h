/*
 * Joining and leaving incidents.
 */
#ifndef AIOPS_CORRELATE_JOIN_H
#define AIOPS_CORRELATE_JOIN_H

#include "aiops-correlate/engine.h"

/* A new alert joins the incidents it is linked to (two of them merge), or opens
 * one. Its incident; *member its place there, or MEMBER_NONE. out may be NULL. */
struct group *join_incident(struct engine *en, struct sighting *s, int place, uint32_t *member,
			    struct outcome *out);

/* One alert of g fires no more, for the reason given. */
void group_leave(struct engine *en, struct group *g, uint32_t member, enum ending why,
		 int64_t at_ns);

#endif
