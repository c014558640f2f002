/*
 * A source of evidence: one kind of thing that says which suspect it was. Each
 * is a file of its own (alerts.c, metrics.c, ...) and is judged by itself; what
 * they say is fused with stated weights (weights.h, fusion in
 * explain/hypothesis.c).
 *
 * A source that has nothing to look at is absent: it adds nothing, and its
 * weight is missing from the confidence. That it was silent about a suspect is
 * not the same: then it speaks against it.
 */
#ifndef AIOPS_TRIAGE_SOURCE_H
#define AIOPS_TRIAGE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "aiops-triage/explain/incident.h"
#include "aiops-triage/past/past.h"

struct course;
struct suspects;
struct survey;
struct telemetry;

/* What there is to look at. All borrowed. */
struct view {
	struct telemetry *telemetry; /* everything that went by around the incident */
	const struct incident *incident;
	const size_t *parents;        /* telemetry_parents */
	const bool *reach;            /* telemetry_reach */
	const struct course *courses; /* courses_measure */
	size_t n_courses;
	struct survey *survey; /* what was there to look at: counted here */
};

/* In this order they are judged. */
enum source_id {
	SOURCE_ALERTS,     /* aiops-correlate's ranking of causes, else the number of alerts */
	SOURCE_METRICS,    /* change of the course at the onset, internal and external */
	SOURCE_GRAPH,      /* who depends on whom, and what of the harm each explains */
	SOURCE_LOGS,       /* templates that are new or changed in rate */
	SOURCE_TRACES,     /* self time, errors, the gap between client and server */
	SOURCE_CHANGES,    /* what was changed shortly before */
	SOURCE_SIGNATURES, /* points of the best class, what the sources before said counted in */
	SOURCE_PAST,       /* a similar past incident whose cause it was */
	SOURCES
};

struct source {
	const char *name; /* its key in the weights file */
	/*
	 * Fills scores[row], 0 to 1, zero before, for the rows of ss that it speaks for; it may
	 * add rows (suspects_row; room is for SUSPECTS_MAX) and quotes (suspects_quote).
	 * A ranking is given as percentiles (source_percentiles), since the scales of sources
	 * differ. False: it had nothing to look at. Deterministic; no clock, no files.
	 */
	bool (*judge)(const struct view *v, struct suspects *ss, double *scores);
};

/* All of them, by enum source_id. */
extern const struct source evidence_sources[SOURCES];

/*
 * Turns raw scores in place into rank percentiles among those above 0: the share of
 * them that are not above it, so the best has 1 and what has none keeps 0. O(n log n).
 */
void source_percentiles(double *scores, size_t n);

/* Whether a place that is no suspect yet may have to do with the incident: the graph does not say
 * that it is elsewhere. */
bool view_reaches(const struct view *v, struct span component, struct span service);

/* One judge a file, of the same name. */
bool judge_alerts(const struct view *v, struct suspects *ss, double *scores);
bool judge_signatures(const struct view *v, struct suspects *ss, double *scores);
bool judge_metrics(const struct view *v, struct suspects *ss, double *scores);
bool judge_graph(const struct view *v, struct suspects *ss, double *scores);
bool judge_logs(const struct view *v, struct suspects *ss, double *scores);
bool judge_traces(const struct view *v, struct suspects *ss, double *scores);
bool judge_changes(const struct view *v, struct suspects *ss, double *scores);
bool judge_past(const struct view *v, struct suspects *ss, double *scores);

#endif
