/*
 * The sources of evidence, in the order in which they are judged.
 */
#include "aiops-triage/evidence/source.h"

#include "aiops-triage/evidence/telemetry.h"

const struct source evidence_sources[SOURCES] = {
	[SOURCE_ALERTS] = {"alerts", judge_alerts},
	[SOURCE_METRICS] = {"metrics", judge_metrics},
	[SOURCE_GRAPH] = {"graph", judge_graph},
	[SOURCE_LOGS] = {"logs", judge_logs},
	[SOURCE_TRACES] = {"traces", judge_traces},
	[SOURCE_CHANGES] = {"changes", judge_changes},
	[SOURCE_SIGNATURES] = {"signatures", judge_signatures},
	[SOURCE_PAST] = {"past", judge_past},
};

bool view_reaches(const struct view *v, struct span component, struct span service)
{
	const struct graph *g = &v->telemetry->graph;
	int node = graph_find(g, component);

	if (!v->reach)
		return true;
	if (node < 0)
		node = graph_find(g, service);
	return node < 0 || v->reach[node];
}
