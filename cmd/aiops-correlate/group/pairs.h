/*
 * Label pairs (service=cart) and how rare each is: what two alerts must share
 * to be joined.
 *
 * Rarity is learned from the stream: of N incidents so far, df held the pair,
 * and its weight is ln((N + 20) / (df + d)). The 20 stand for incidents that
 * were not seen yet: names that say where something is (service, pod,
 * instance, host) are taken to be rare until shown otherwise (d = 1), all
 * others to be common (d = 20). So env=prod joins nothing from the first alert
 * on, and a rare alertname or zone does once some two hundred incidents have
 * shown that it is rare. Incidents are counted, not alerts, so that a storm on
 * one service does not make that service look common.
 */
#ifndef AIOPS_CORRELATE_PAIRS_H
#define AIOPS_CORRELATE_PAIRS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-correlate/cause/callee.h"
#include "aiops-correlate/group/label_rules.h"
#include "aiops-correlate/tables/index.h"
#include "base/map.h"
#include "base/span.h"

/* Label pairs of one alert that take part; further ones are left out. */
#define PAIRS_PER_ALERT 64

/* An incident in memory; gen 0 is none. Stays safe to ask about after the incident is gone. */
struct group_ref {
	uint32_t slot, gen;
};

struct pair_name {
	enum name_class kind;
	enum callee_label callee;
	double weight;   /* what is learned counts so many times; 0: once */
	uint32_t apart;  /* 1 + its place among the labels that keep apart, 0 none */
	uint32_t values; /* distinct ones that incidents had */
	uint32_t pairs;  /* in memory */
};

struct sighting;

struct pair {
	uint32_t hash;
	uint32_t name_len, value_len;
	struct pair_name *name;
	uint32_t refs;                  /* alerts and incidents that hold it */
	bool seen;                      /* in an incident, so one of name->values */
	uint32_t df;                    /* incidents that had it */
	struct group_ref counted;       /* the last incident that df counted */
	struct group_ref group;         /* where it was seen last ... */
	int64_t last_ns;                /* ... and when */
	const struct sighting *pending; /* the latest alert with it that waits for its turn */
	uint32_t mark;                  /* its number while a snapshot is made */
	char key[];                     /* enum pair_origin, name, NUL, value */
};

enum { PAIRS_GUESS_BITS = 12 };

struct pairs {
	struct index all; /* of struct pair */
	struct pair *lately[1 << PAIRS_GUESS_BITS];
	struct map names; /* name to struct pair_name */
	uint32_t incidents;
	const struct label_rules *rules; /* borrowed, NULL none; set before there are pairs */
	size_t max;                      /* pairs in memory; unused ones go first */
	size_t tidy_at;                  /* pairs at which to look next */
};

void pairs_init(struct pairs *ps, size_t max);
void pairs_release(struct pairs *ps);

/* A PAIR_GROUP stands for all the labels that the site groups by. */
enum pair_origin { PAIR_LABEL = 'L', PAIR_FIELD = 'F', PAIR_GROUP = 'G' };
/* The name of a PAIR_GROUP: no label can be called that. */
#define PAIR_GROUP_NAME "group by"

/* The pair, held once more. O(length). */
struct pair *pairs_get(struct pairs *ps, enum pair_origin origin, struct span name,
		       struct span value);
/* The pair if it is known, else NULL. */
struct pair *pairs_find(struct pairs *ps, enum pair_origin origin, struct span name,
			struct span value);
struct pair *pair_hold(struct pair *p);
void pair_drop(struct pair *p); /* stays known, for its rarity, until memory is short */

struct span pair_name_span(const struct pair *p);
struct span pair_value_span(const struct pair *p);
bool pair_is_label(const struct pair *p);
bool pair_is_group(const struct pair *p);
/* Order of names, then values. */
int pair_cmp(const struct pair *a, const struct pair *b);

enum name_class pair_name_class(struct span name);

/* (N + 20) / (df + d), of which the weight is the logarithm; 1 for names that never join. */
double pair_rarity(const struct pairs *ps, const struct pair *p);
/* True if alerts that share p within the window belong together. */
bool pair_is_selective(const struct pairs *ps, const struct pair *p);

/* An incident was opened; halves all counts now and then so that the past fades. */
void pairs_count_incident(struct pairs *ps);
/* Incident g holds p: counted once for each incident. */
void pairs_count(struct pair *p, struct group_ref g);

/* Forgets pairs that nobody holds if there are more than max: first those seen
 * in at most one incident, then all. O(1) amortised over pairs_get. */
void pairs_tidy(struct pairs *ps);

#endif
