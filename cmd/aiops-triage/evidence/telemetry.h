/*
 * Everything that goes by around incidents and is remembered for a while: the
 * records themselves (context.h), the course of metrics, how often what was
 * logged, spans, and who depends on whom.
 */
#ifndef AIOPS_TRIAGE_TELEMETRY_H
#define AIOPS_TRIAGE_TELEMETRY_H

#include <stddef.h>

#include "aiops-triage/evidence/context.h"
#include "aiops-triage/evidence/graph.h"
#include "aiops-triage/evidence/kinds.h"
#include "aiops-triage/evidence/logrates.h"
#include "aiops-triage/evidence/series.h"
#include "aiops-triage/evidence/spans.h"
#include "aiops-triage/explain/incident.h"

struct telemetry {
	struct context context;
	struct metric_kinds kinds;
	struct series_store series;
	struct log_rates logs;
	struct span_store spans;
	struct graph graph;
};

struct telemetry_limits {
	size_t context_records, context_bytes; /* context_init */
	size_t metric_bytes;                   /* of series; the same for spans and log rates */
};

void telemetry_init(struct telemetry *t, const struct telemetry_limits *limits);
void telemetry_release(struct telemetry *t);

/* Keeps what is worth keeping of a parsed record. Amortised O(size). */
void telemetry_add(struct telemetry *t, const struct record *r);

/* For each span the index of its parent's, SIZE_MAX none. The caller frees. O(spans). */
size_t *telemetry_parents(const struct telemetry *t);
/* Puts the calls that metrics and spans tell of into the graph. */
void telemetry_link_calls(struct telemetry *t, const size_t *parents);

/*
 * Which nodes of the graph may have to do with the incident: those that its places depend on,
 * directly or not, and what these are instances of or have as instances. NULL: the graph knows
 * none of its places. The caller frees. O(graph).
 */
bool *telemetry_reach(const struct telemetry *t, const struct incident *inc);

#endif
