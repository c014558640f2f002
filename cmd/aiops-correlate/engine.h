/*
 * The correlator: alerts in, incidents out. No I/O, no clock.
 *
 * Alerts are decided in event-time order, whatever order they come in: each
 * waits until event time has passed it by the lateness, then joins, opens or
 * merges incidents. So any order of arrival within the lateness gives the same
 * incidents. An alert that comes later than that is decided on arrival.
 *
 * A revision number counts the changes of an incident in that order. Not every
 * revision is announced (at once: opened, merged, resolved, a higher severity;
 * else at most one each 30 s of event time, and at the end), but the last one
 * always is, and it is the same whichever were announced before.
 */
#ifndef AIOPS_CORRELATE_ENGINE_H
#define AIOPS_CORRELATE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-correlate/alerts.h"
#include "aiops-correlate/cause/history.h"
#include "aiops-correlate/group/group.h"
#include "aiops-correlate/group/pairs.h"
#include "aiops-correlate/leap.h"
#include "aiops-correlate/sighting.h"
#include "aiops-correlate/tables/heap.h"
#include "aiops-correlate/tables/words.h"
#include "aiops-correlate/topology/changes.h"
#include "aiops-correlate/topology/landscape.h"
#include "aiops-correlate/topology/topology.h"
#include "base/buf.h"

struct settings {
	int64_t window_ns; /* gap in event time that keeps alerts apart; also bounds the lateness */
	int64_t dedup_ns;  /* an alert not seen for so long has left */
	int64_t lateness_ns;
	size_t max_group;        /* members remembered in one incident */
	size_t max_active;       /* alerts in memory */
	int64_t topology_age_ns; /* what no topology record named for so long leaves; 0: nothing
				    does */
	int64_t changes_ns;      /* changes so long before an alert are context of it; 0: none */
};

/* What is known about a place of the topology (and about a label pair, in struct pair). */
struct place_state {
	struct group_ref group;
	int64_t last_ns;
	const struct sighting *pending;
};

enum role { ROLE_ROOT, ROLE_SYMPTOM, ROLE_DUPLICATE, ROLE_CONTEXT };

/* What becomes of one report, as far as it is known when it comes in. */
struct outcome {
	char incident[INCIDENT_ID_SIZE]; /* "" none */
	enum role role;
	char *duplicate_of; /* record id, owned by the outcome; NULL none */
	uint32_t count;
	enum severity effective;
	struct buf by; /* what holds it back: JSON strings between commas */
	struct buf why;
};

/* Called for each announced revision; g is only valid during the call. */
struct sink {
	void *ctx;
	void (*incident)(void *ctx, struct group *g);
	/* A record of another kind, without a newline; may be NULL. */
	void (*line)(void *ctx, struct span text);
};

struct counts {
	uint64_t alerts; /* firing reports decided */
	uint64_t duplicates;
	uint64_t resolutions;
	uint64_t late;      /* later than the lateness */
	uint64_t incidents; /* opened */
	uint64_t merges;
	uint64_t overflow;            /* alerts beyond max_group */
	uint64_t dropped;             /* alerts beyond max_active: dropped from memory */
	uint64_t hurried;             /* alerts decided before their time, for want of room */
	uint64_t topologies, changes; /* records of these kinds that took effect */
};

struct policy;
struct summary;

struct engine {
	struct settings set;
	struct policy *policy;       /* borrowed, NULL none; see suppress.h */
	struct summary *summary;     /* borrowed, NULL: nobody asked */
	const struct topology *topo; /* in force, borrowed, NULL none; see landscape.h */
	struct landscape land;
	struct changes changes;
	struct heap facts; /* of struct fact, that wait for their turn; see facts.h */
	size_t facts_bytes;
	struct sink sink;
	struct words words;
	struct pairs pairs;
	struct groups groups;
	struct alerts alerts;
	struct history history;
	struct heap pending;   /* of sightings */
	struct heap group_due; /* key: serial, ptr: slot + 1 */
	struct place_state *places;
	struct map sides; /* to struct side; see sides.h */
	size_t sides_tidy_at;
	int64_t newest_ns; /* latest event time seen; INT64_MIN none */
	struct leap leap;
	int64_t now_ns; /* what is decided: everything before this is over */
	struct counts counts;
};

/* set is copied; topo and the sink's ctx must outlive the engine. */
void engine_init(struct engine *en, const struct settings *set, const struct topology *topo,
		 struct sink sink);
void engine_release(struct engine *en);

/* One report. *out is made anew each time; release it with outcome_release.
 * clock_ns: how far the report may move event time (its own time, or less
 * when the source's clock is ahead of the reader's). */
void engine_take(struct engine *en, const struct report *r, int64_t clock_ns, struct outcome *out);
/* Decides what event time has passed by the lateness. */
void engine_settle(struct engine *en);
/* Event time has come to at_ns. */
void engine_watermark(struct engine *en, int64_t at_ns);
/* Nothing more comes: decides what waits and announces; with close, ends what is open. */
void engine_finish(struct engine *en, bool close);

void outcome_release(struct outcome *o);
const char *role_name(enum role r);

#endif
