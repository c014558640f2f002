/*
 * How much a hypothesis is to be trusted.
 */
#include "aiops-triage/explain/confidence.h"

#include <math.h>

/* They add up to 1. Starting points, not fitted: there are no outcomes yet to fit them on. */
#define WEIGHT_SHARE     0.25
#define WEIGHT_CLASS     0.30
#define WEIGHT_AGREEMENT 0.25
#define WEIGHT_EVIDENCE  0.20
/* Quotes after which one more adds little. */
#define EVIDENCE_SCALE 2.0

double confidence_of(const struct features *f)
{
	double evidence = 1 - exp(-(double)f->evidence / EVIDENCE_SCALE);
	double sum = WEIGHT_SHARE * f->share + WEIGHT_CLASS * f->class_score +
		     WEIGHT_AGREEMENT * f->agreement + WEIGHT_EVIDENCE * evidence;

	if (f->rejected)
		sum *= (double)f->evidence / (double)(f->evidence + f->rejected);
	return fmin(fmax(sum, 0), CONFIDENCE_MAX);
}

bool confidence_abstains(double confidence, bool fault_known, bool borne_out)
{
	if (fault_known)
		return confidence < CONFIDENCE_FLOOR;
	return !borne_out || confidence < CONFIDENCE_FLOOR_PLACE;
}

const char *automation_word(const struct trust *t)
{
	if (t->abstained)
		return "none";
	if (t->calibration != CALIBRATION_NONE && t->ai_executable &&
	    t->confidence > fmax(t->ready_above, READY_LEAST))
		return "ready";
	return "approval";
}
