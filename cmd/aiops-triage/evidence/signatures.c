/*
 * Source: which suspect has most points of one class of incident.
 */
#include "aiops-triage/evidence/source.h"
#include "aiops-triage/explain/suspect.h"

/* Fewer points than this are not as good as they can be, even if nobody has more. */
#define POINTS_CERTAIN 4.0

bool judge_signatures(const struct view *v, struct suspects *ss, double *scores)
{
	double most = POINTS_CERTAIN;
	bool any = false;

	(void)v; /* the survey has matched the records already */
	for (size_t i = 1; i < ss->n; i++) {
		size_t fault = suspects_class(ss, i);

		scores[i] = fault == SIZE_MAX ? 0 : suspects_points(ss, i, fault);
		most = scores[i] > most ? scores[i] : most;
	}
	for (size_t i = 1; i < ss->n; i++) {
		any = any || scores[i] > 0;
		scores[i] /= most;
	}
	return any;
}
