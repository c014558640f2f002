/*
 * How much a hypothesis is to be trusted, from features that are stated. It is
 * uncalibrated: a higher number means more support, not a frequency of being
 * right. That comes with outcomes (aiops-triage feedback), and until then
 * nothing above CONFIDENCE_MAX is said and nothing runs without approval.
 */
#ifndef AIOPS_TRIAGE_CONFIDENCE_H
#define AIOPS_TRIAGE_CONFIDENCE_H

#include <stdbool.h>
#include <stddef.h>

/* Below this, or without a known kind of fault, the answer is an abstention. */
#define CONFIDENCE_FLOOR 0.30
#define CONFIDENCE_MAX   0.80

struct features {
	double share;       /* of the hypothesis in the sum of all scores, 0 to 1 */
	double class_score; /* of the signature of its fault, 0 to 1 */
	size_t agreeing;    /* sources that put it first, of CONFIDENCE_SOURCES */
	size_t evidence;    /* verified quotes */
	size_t rejected;    /* quotes that were not true, in the whole incident */
};
/* Alert ranking, signatures, changes, past incidents. One that is absent cannot agree. */
#define CONFIDENCE_SOURCES 4

/* 0 to CONFIDENCE_MAX; rises with each feature but the last. Pure. */
double confidence_of(const struct features *f);

/* The word for automation: "approval" (it may be planned; a person decides) or, for an answer that
 * was not given, "none". Never "ready" while uncalibrated, so a runbook's ai_executable has no say.
 */
const char *automation_word(bool abstained);

#endif
