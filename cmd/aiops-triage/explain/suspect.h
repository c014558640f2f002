/*
 * What might be at fault: the components of an incident, replicas folded into
 * their service, and what speaks for each.
 */
#ifndef AIOPS_TRIAGE_SUSPECT_H
#define AIOPS_TRIAGE_SUSPECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aiops-triage/evidence/evidence.h"
#include "aiops-triage/evidence/source.h"
#include "aiops-triage/explain/incident.h"
#include "aiops-triage/knowledge/signature.h"
#include "base/map.h"
#include "base/span.h"

#define SUSPECTS_MAX 512
/* Row 0 is for what has no place of its own (a log without a service). */
#define SUSPECT_NOWHERE 0

struct suspect {
	struct span component; /* the first one named */
	struct span service;
	bool whole_service; /* more than one component, or something said of the service itself */
	double share;       /* of the causes that correlate ranked, the best of its components */
	struct span ranked; /* that component */
	bool as_a_whole;  /* something that concerns every replica, such as a deploy, speaks for it
			   */
	int64_t onset_ns; /* its first alert */
	size_t alerts;
	double change; /* best change_score */
	const struct item *changed;
	double past;       /* best similarity of a past incident with this cause */
	size_t past_index; /* of history.items, if past > 0 */
	struct evidence_list evidence;
};

struct suspects {
	struct suspect *items; /* owned, room for SUSPECTS_MAX */
	size_t n;              /* row 0 included */
	struct map by_place;   /* component or service to row */
	const struct signatures *signatures;
	double *points; /* n rows of signatures->n: weight of the signals that speak for each class
			 */
	bool *seen;     /* rows of signatures->n_signals */
	double *totals; /* the same for the incident: the best of the rows, by signal */
	double *best;   /* by signal: what it counts at most once in totals */
	double *spoken; /* rows of signatures->n, and one for all: what suspects_speak said at most
			 */
	double *scores[SOURCES]; /* of each source, by row; owned */
	bool present[SOURCES];   /* it had something to look at */
};

void suspects_init(struct suspects *ss, const struct signatures *sigs);
void suspects_release(struct suspects *ss);

/* The row of a component of a service (either may be SPAN_NONE), made if there is room;
 * SUSPECT_NOWHERE if both are absent or there is no room. */
size_t suspects_row(struct suspects *ss, struct span component, struct span service);
/* The row of a place that is known already, or SUSPECT_NOWHERE. */
size_t suspects_find(const struct suspects *ss, struct span place);

/* One signal speaks for its class on that row, with factor of its weight. False if it did
 * already (with as much). */
bool suspects_point(struct suspects *ss, size_t row, size_t signal, double factor);
double suspects_points(const struct suspects *ss, size_t row, size_t signature);

/* Something that is no signal speaks for a class on that row; what says most is what counts. */
void suspects_speak(struct suspects *ss, size_t row, size_t signature, double points);

/* Puts a quote with that row if it is true; the list counts what is not. */
void suspects_quote(struct suspects *ss, size_t row, const struct sources *s,
		    const struct evidence *ev);

/* The class with most points on the row (SIZE_MAX: none has any). */
size_t suspects_class(const struct suspects *ss, size_t row);
/* The same over the whole incident; *score (0 to 1) grows with the points and falls when another
 * class has nearly as many. */
size_t suspects_top_class(const struct suspects *ss, double *score);

/* The score of one class, as suspects_top_class has it for the top one. */
double suspects_class_score(const struct suspects *ss, size_t signature);

/* The name to show: the component that was ranked first, unless it is the service as a whole; else
 * the service, if the suspicion is wider than one component. */
struct span suspect_name(const struct suspect *s);

#endif
