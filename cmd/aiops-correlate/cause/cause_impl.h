/*
 * What the files of the ranking share: the alerts of an incident as items, the
 * components that may be its cause as candidates.
 *
 *   cause.c           one after another, and the first three
 *   cause_alerts.c    distinct alerts, how much each weighs, and their components
 *   cause_replicas.c  what replicas of a service have in common
 *   cause_needs.c     who of them needs whom, by the topology
 *   cause_blame.c     who of them names whom
 *   cause_flow.c      what moves along dependencies
 *   cause_silent.c    who is needed by many of them and says nothing
 */
#ifndef AIOPS_CORRELATE_CAUSE_IMPL_H
#define AIOPS_CORRELATE_CAUSE_IMPL_H

#include "aiops-correlate/cause/cause.h"
#include "aiops-correlate/tables/distinct.h"

/* One distinct alert of one component. */
struct item {
	const struct member *m;
	size_t at;     /* place in members */
	size_t cand;   /* its component's candidate */
	double rarity; /* weight by rarity and signal alone */
	double weight;
	double said;  /* for whom it names: its weight, whoever of the replicas has it */
	size_t names; /* a candidate that it says fails, or DISTINCT_NONE */
};

struct candidate {
	struct cause c; /* evidence: places in items, until the end */
	const struct word *service, *layer;
	int node;     /* in the topology, -1 none */
	double news;  /* how little its alerting is an everyday matter: 1 never before, towards 0 */
	double own;   /* what its own alerts weigh, squared */
	double blame; /* what alerts of others say about it, squared */
	double passes; /* what its alerts say about others, squared */
};

/* place needs node; via has the edge to it, if that is direct. */
struct need {
	int node, place;
	int via; /* -1: over others */
};

struct needs {
	struct need *list; /* sorted by node, place */
	size_t n, cap;
};

struct ranks {
	const struct topology *topo; /* NULL none */
	struct item *items;
	size_t n_items;
	struct candidate *cands;
	size_t n_cands, cap;
	size_t n_components;   /* the first of them: components with alerts */
	size_t n_spoken;       /* those, services, and what alerts name */
	struct distinct names; /* of candidates: a word, or a node + 1 */
	size_t *of_name;       /* by its number */
	struct needs needs;
	struct distinct alerting; /* places of the topology that alert */
};

/* The candidate of that name, made if there is none. */
size_t ranks_named(struct ranks *r, const struct word *name);
size_t ranks_node(struct ranks *r, int node);
/* The candidate of that name, or DISTINCT_NONE. */
size_t ranks_find(const struct ranks *r, const struct word *name);
void ranks_evidence(struct ranks *r, struct candidate *c, size_t item);

/* Fills items, and candidates for their components. */
void ranks_collect(struct ranks *r, const struct member *members, size_t n);
/* Whom items name; makes candidates of them. What names another one says less of its own. */
void ranks_names(struct ranks *r);
/* Weighs replicas' alerts by who of them has them; adds what they share to their services. */
void ranks_replicas(struct ranks *r);
/* The components' own alerts, when each has its weight. */
void ranks_sum(struct ranks *r);
/* Where candidates stand in the topology, and what they need. */
void ranks_needs(struct ranks *r);
/* True if something that alerts at place needs node. */
bool ranks_needs_node(const struct ranks *r, int place, int node);
/* Credit for what others depend on, and for low layers: raises scores. */
void ranks_credit(struct ranks *r);
/* What is said of whom is named. */
void ranks_blame(struct ranks *r);
/* Makes candidates of nodes that do not alert while those that need them do. */
void ranks_silent(struct ranks *r);
/* Moves scores to dependencies that alert. */
void ranks_flow(struct ranks *r);

#endif
