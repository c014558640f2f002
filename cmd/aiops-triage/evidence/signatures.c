/*
 * Source: which suspect has most points of one class of incident.
 */
#include "aiops-triage/evidence/source.h"
#include "aiops-triage/explain/suspect.h"

bool judge_signatures(const struct view *v, struct suspects *ss, double *scores)
{
	double most = 0;

	(void)v; /* the survey has matched the records already */
	for (size_t i = 1; i < ss->n; i++) {
		size_t fault = suspects_class(ss, i);

		scores[i] = fault == SIZE_MAX ? 0 : suspects_points(ss, i, fault);
		most = scores[i] > most ? scores[i] : most;
	}
	for (size_t i = 1; most > 0 && i < ss->n; i++)
		scores[i] /= most;
	return most > 0;
}
