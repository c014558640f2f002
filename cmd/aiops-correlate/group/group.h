/*
 * Open incidents: who belongs to which, merging, and what all members share.
 *
 * References from alerts, label pairs and topology nodes survive a merge (they
 * are led on to the survivor, as in union-find) and the end of an incident
 * (they then lead nowhere).
 */
#ifndef AIOPS_CORRELATE_GROUP_H
#define AIOPS_CORRELATE_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-correlate/group/pairs.h"
#include "aiops-correlate/sighting.h"
#include "aiops-correlate/suppress/suppressed.h"
#include "aiops-correlate/topology/changes.h"
#include "base/map.h"

/* One alert (an episode of firing under one fingerprint) in an incident. */
struct member {
	uint64_t fp;
	char *id; /* of the record that opened it */
	struct word *name, *component, *service, *layer;
	struct callees *callees; /* owned; NULL none */
	enum signal_kind signal;
	enum severity severity;
	int64_t onset_ns;
	uint32_t count; /* firing reports */
	bool active;
	/* of `past` earlier incidents, df had this alert on this component, often any alert on it;
	 * below 2^16, see history.c */
	uint16_t df, past, often;
};

enum change { CHANGE_OPENED, CHANGE_UPDATED, CHANGE_MERGED, CHANGE_RESOLVED };
/* Why nothing of the incident is active any more. */
enum ending {
	ENDING_NONE,
	ENDING_ALERTS,
	ENDING_EXPIRY,
	ENDING_LIMIT,
	ENDING_INPUT,
	ENDING_MERGED
};

/* Ids of absorbed incidents that a record carries; more are only counted. */
#define MERGED_CARRIED 100
/* No place in the member list: the alert is only counted. */
#define MEMBER_NONE UINT32_MAX

struct group {
	struct group_ref ref;
	uint64_t serial; /* order of opening */
	uint64_t fp;     /* of the alert that opened it */
	char id[INCIDENT_ID_SIZE];
	uint32_t revision;  /* changes so far, in the order of decision */
	uint32_t announced; /* the revision last written out */
	uint32_t base;      /* shown on top of revision; see ahead.h */
	enum change change; /* what the last revision was */
	enum ending ending;
	int64_t starts_ns, last_ns, ends_ns; /* ends_ns: only with ENDING_ALERTS */
	int64_t fresh_ns;   /* last report that others may join over, see decide.c */
	int64_t changed_ns; /* event time of the last revision */
	int64_t update_at_ns, forget_at_ns; /* due; INT64_MAX none */
	int64_t announced_ns;
	enum severity severity; /* highest among the members */
	struct word *source;    /* of the first alert */
	uint64_t alerts;        /* firing reports */
	uint32_t unique;        /* alerts */
	uint32_t active;        /* alerts that fire */
	uint32_t maintained;    /* those of them that are in maintenance */
	enum severity least;    /* what policy asks for at least */
	struct suppressed suppressed;
	uint32_t overflow; /* alerts that are only counted */
	struct member *members;
	size_t n_members, members_cap;
	struct site_change *changes; /* that concern its members: context, by time */
	size_t n_changes;
	struct pair *apart[APART_MAX]; /* held; what its members must not differ in, NULL none */
	struct pair **shared;          /* labels that all alerts carry, held */
	size_t n_shared;
	char (*merged)[INCIDENT_ID_SIZE];
	size_t n_merged, merged_cap, merged_omitted;
	uint32_t *absorbed; /* slots that lead here */
	size_t n_absorbed, absorbed_cap;
	char merged_into[INCIDENT_ID_SIZE]; /* only in the last words of an absorbed incident */
};

struct group_slot {
	struct group *g;
	struct group_ref forward; /* gen 0: none */
	uint32_t gen;
};

struct groups {
	struct group_slot *slots;
	size_t n_slots, slots_cap;
	uint32_t *free_slots;
	size_t n_free, free_cap;
	size_t live;
	uint64_t next_serial;
	struct map by_id; /* id to slot */
	/* Revisions of incidents that ended lately: the same alert reported again
	 * after that goes on under its id where it stopped. */
	struct map ended;
	char (*ended_ring)[INCIDENT_ID_SIZE];
	size_t ended_next;
	size_t max_members;
};

void groups_init(struct groups *gs, size_t max_members);
void groups_release(struct groups *gs, struct words *ws);

/* The incident that ref leads to, or NULL. */
struct group *groups_find(const struct groups *gs, struct group_ref ref);
struct group *groups_by_id(const struct groups *gs, const char *id);
/* Open incidents in slot order: for (g = groups_next(gs, NULL); g; g = groups_next(gs, g)). */
struct group *groups_next(const struct groups *gs, const struct group *after);

/* A new incident without members, under an id that is not open. */
struct group *groups_open(struct groups *gs, const char *id, int64_t at_ns);
/* Makes room for an incident that is read back from a state file. */
struct group *groups_restore(struct groups *gs, const char *id, uint64_t serial);
/* Adds s as a member (or counts it beyond the limit). Its place, or MEMBER_NONE. */
uint32_t group_join(struct groups *gs, struct group *g, const struct sighting *s);
/* True if no other member before it is of its component (or, without one, of its service). O(n). */
bool group_is_first_of(const struct group *g, uint32_t member);
/* c becomes context of g, which carries the latest CHANGES_CARRIED. False if nothing changes. */
bool group_add_change(struct group *g, const struct site_change *c, struct words *ws);
/* from becomes part of into: members, counts, shared labels, revisions. The
 * members of from stand behind those of into, from *moved_to on (those that
 * still fit). from keeps its own for its last record; group_discard frees it. */
void groups_merge(struct groups *gs, struct group *into, struct group *from, struct words *ws,
		  size_t *moved_to, size_t *moved);
/* Frees an absorbed incident's rest. */
void group_discard(struct group *g, struct words *ws);
/* Forgets an incident; its last revision is remembered for a while. */
void groups_forget(struct groups *gs, struct group *g, struct words *ws);
/* True if an incident of this id ended lately; *revision: its last one. */
bool groups_ended_at(const struct groups *gs, const char *id, uint32_t *revision);
/* Remembers where an ended incident stopped. */
void groups_note_ended(struct groups *gs, const char *id, uint32_t revision);

/* A change at at_ns: the next revision. */
void group_touch(struct group *g, enum change change, int64_t at_ns);

#endif
