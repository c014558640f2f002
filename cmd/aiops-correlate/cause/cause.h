/*
 * Which component is the likely cause of an incident. Pure: a function of the
 * incident's alerts and the topology; the history enters through each alert's
 * own `df` of `past`, as it was when the alert joined.
 *
 * Method (alert-IDF): an alert counts the more, the fewer earlier incidents had
 * it on this component, the earlier it fired among the incident's onsets, and
 * by kind of signal. Without history all alerts are equally rare, and onset and
 * number decide. "The earliest alert" and "the lowest layer" alone fail:
 * symptoms fire first at the callers. An alert that names another component as
 * what fails it speaks for that one, and what is silent while those that need it
 * alert is a candidate, too.
 */
#ifndef AIOPS_CORRELATE_CAUSE_H
#define AIOPS_CORRELATE_CAUSE_H

#include <stddef.h>
#include <stdint.h>

#include "aiops-correlate/group/group.h"
#include "aiops-correlate/topology/topology.h"
#include "base/buf.h"

#define CAUSES_KEPT    3
#define CAUSE_EVIDENCE 3

struct cause {
	struct span component;
	const struct word *word; /* the same, NULL for a silent node of the topology ... */
	int place;               /* ... that stands there */
	double score, share;
	size_t evidence[CAUSE_EVIDENCE]; /* places in members, heaviest first */
	size_t n_evidence;
	size_t alerts;       /* distinct (name, signal) on the component */
	size_t replicas;     /* > 0: a service whose replicas show the same alerts */
	size_t dependents;   /* other alerting places that depend on it directly */
	size_t places;       /* other alerting places */
	size_t callers;      /* others whose alerts name it, or that need it while it is silent */
	size_t caller;       /* place in members of the heaviest of these alerts */
	size_t silent_users; /* > 0: it says nothing; those that need it directly */
	int64_t onset_ns;    /* first onset on the component */
};

struct ranking {
	struct cause top[CAUSES_KEPT];
	size_t n;
	size_t candidates;
	int64_t first_onset_ns; /* of the incident */
};

/* Ranks the components of members. topo may be NULL. O(n log n) and the
 * topology's edges that the alerting places reach. */
void causes_rank(const struct member *members, size_t n, const struct topology *topo,
		 struct ranking *out);

/* The member that is the incident's root: the first evidence of the first cause, its own or what
 * others say of it, that is not for information only; without one the first alert of the highest
 * severity. n > 0. */
size_t causes_root(const struct ranking *r, const struct member *members, size_t n);

/* One piece of evidence in words. */
void cause_alert_words(const struct cause *c, const struct member *m, int64_t first_onset_ns,
		       struct buf *out);
/* "3 of 4 other alerting components depend on it"; nothing if none does. */
void cause_place_words(const struct cause *c, struct buf *out);
/* What the callers' alerts say about it; nothing if none does. */
void cause_caller_words(const struct cause *c, const struct member *members, struct buf *out);

#endif
