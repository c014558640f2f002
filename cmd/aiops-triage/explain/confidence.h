/*
 * How much a hypothesis is to be trusted, from features that are stated. By itself it
 * is uncalibrated: a higher number means more support, not a frequency of being
 * right. That comes with outcomes (aiops-triage feedback; classify/calibrate.h), and until
 * then nothing above CONFIDENCE_MAX is said and nothing runs without approval.
 */
#ifndef AIOPS_TRIAGE_CONFIDENCE_H
#define AIOPS_TRIAGE_CONFIDENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "aiops-triage/classify/calibrate.h"

/* Below this the answer is an abstention. */
#define CONFIDENCE_FLOOR 0.30
/* The same for an answer that says where, but not what: without what a known fault adds. */
#define CONFIDENCE_FLOOR_PLACE 0.21
#define CONFIDENCE_MAX         0.80

struct features {
	double share;       /* of the hypothesis in the sum of all scores, 0 to 1 */
	double class_score; /* of the signature of its fault, 0 to 1 */
	double agreement;   /* of the sources that it is the first, 0 to 1 */
	size_t evidence;    /* verified quotes */
	size_t rejected;    /* quotes that were not true, in the whole incident */
};

/* 0 to CONFIDENCE_MAX; rises with each feature but the last. Pure. */
double confidence_of(const struct features *f);

/*
 * Whether the evidence does not carry the first hypothesis. Without a kind of fault it only says
 * where to look; that is an answer if what was measured there bears it out (metrics, calls, logs,
 * spans), and none if it is only where alerts came from. Pure.
 */
bool confidence_abstains(double confidence, bool fault_known, bool borne_out);

/* What automation may do with an answer. */
struct trust {
	bool abstained;
	bool ai_executable; /* the runbook may be carried out without a person */
	enum calibration_method calibration;
	double confidence;  /* calibrated */
	double ready_above; /* what the site asks for; less than READY_LEAST is READY_LEAST */
};
#define READY_STANDARD 0.99
#define READY_LEAST    0.95
/* Calibrated confidence from which on an answer is announced as certain. */
#define CERTAIN_FROM 0.80

/*
 * "none": nothing was answered. "ready": it may be carried out; the confidence is a
 * frequency (calibrated), above what the site asks for, and the runbook allows
 * it. Else "approval": it may be planned, and a person decides. Pure.
 */
const char *automation_word(const struct trust *t);

#endif
