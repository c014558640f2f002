/*
 * One firing or resolved report of an alert, as the deciding halves see it:
 * event time, identity, what and where, and the label pairs to compare.
 */
#ifndef AIOPS_CORRELATE_SIGHTING_H
#define AIOPS_CORRELATE_SIGHTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-correlate/cause/callee.h"
#include "aiops-correlate/group/pairs.h"
#include "aiops-correlate/tables/words.h"
#include "record/event.h"

/* "INC-", 16 characters, NUL. */
#define INCIDENT_ID_SIZE 21

enum signal_kind { SIGNAL_METRIC, SIGNAL_LOG, SIGNAL_TRACE, SIGNAL_EVENT };
/* "metric" ...; anything else is SIGNAL_EVENT. */
enum signal_kind signal_from_name(struct span name);
const char *signal_name(enum signal_kind s);

/* Whom else an alert speaks of, as callee.h finds them; NULL behind the last, one at least.
 * Those that labels name for sure stand first. */
struct callees {
	struct word *names[CALLEES_KEPT];
	unsigned sure; /* how many of them */
};

/* What a record says, all spans borrowed. */
struct report {
	struct span id, name, component, service, host, layer, source, trace_id;
	int64_t at_ns;     /* timestamp */
	int64_t starts_ns; /* starts_at, else timestamp */
	int64_t ends_ns;   /* when it says that it ends; INT64_MAX: it does not say */
	uint64_t fp;
	bool resolved;
	enum severity severity;
	enum signal_kind signal;
	struct label labels[PAIRS_PER_ALERT]; /* sorted by name */
	size_t n_labels;
	struct span title, description;
};

/* The same, kept: it waits in the order buffer and is then taken apart. */
struct sighting {
	char *id; /* stands behind the pairs */
	struct word *name, *component, *service, *host, *layer, *source;
	struct callees *callees; /* owned; NULL none */
	int64_t at_ns, starts_ns, ends_ns;
	uint64_t fp;
	struct track *track; /* held while it waits, see alerts.h; NULL not yet */
	struct pair **pairs; /* held; stand behind this */
	size_t n_pairs;
	enum severity severity, least; /* least: what policy asks for */
	enum signal_kind signal;
	/* as foretold while it waits: */
	uint32_t count;  /* of reports */
	char *first_id;  /* of the report that it repeats; NULL none */
	int64_t told_ns; /* as in struct alert */
	char incident[INCIDENT_ID_SIZE];
	bool resolved;
	bool late;     /* event time had passed it when it was decided */
	bool released; /* was kept aside, and is no longer */
};

/* Pairs of one alert: its labels, the fields that count as labels, and what the site groups by. */
#define PAIRS_PER_SIGHTING (PAIRS_PER_ALERT + 5)

/* One block with room for so many pairs, of which there are none yet; all else zero. */
struct sighting *sighting_make(struct span id, size_t max_pairs);
/* Ownership: the caller frees with sighting_free and the same tables. */
struct sighting *sighting_new(const struct report *r, struct words *ws, struct pairs *ps);
void sighting_free(struct sighting *s, struct words *ws);

/* A copy of c, which may be NULL, with holds of its own; and its holds given back, and freed. */
struct callees *callees_hold(const struct callees *c);
void callees_drop(struct callees *c, struct words *ws);

/* The order in which alerts are decided: time, firing before resolved at one
 * time, then fingerprint and id. Independent of the order of arrival. */
int sighting_cmp(const struct sighting *a, const struct sighting *b);

/* The id of the incident that an alert opens: from its fingerprint and start. */
void incident_id_of(uint64_t fp, int64_t starts_ns, char out[static INCIDENT_ID_SIZE]);

#endif
