/*
 * Source: similar past incidents, for the component that was their cause.
 */
#include "aiops-triage/evidence/source.h"
#include "aiops-triage/explain/suspect.h"

bool judge_past(const struct view *v, struct suspects *ss, double *scores)
{
	bool any = false;

	(void)v; /* the search has credited the suspects already */
	for (size_t i = 1; i < ss->n; i++) {
		scores[i] = ss->items[i].past;
		any = any || scores[i] > 0;
	}
	return any;
}
