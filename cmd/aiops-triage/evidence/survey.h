/*
 * Everything that the stream says about an incident, put to the suspects that
 * it speaks for.
 */
#ifndef AIOPS_TRIAGE_SURVEY_H
#define AIOPS_TRIAGE_SURVEY_H

#include <stdbool.h>
#include <stddef.h>

#include "aiops-triage/evidence/context.h"
#include "aiops-triage/explain/incident.h"
#include "aiops-triage/explain/suspect.h"

/* Logs and metrics from so long before the onset until so long after the last alert are looked at.
 */
#define LOGS_BEFORE_NS (INT64_C(600) * NS_PER_S)
#define LOGS_AFTER_NS  (INT64_C(120) * NS_PER_S)

/* What was there to look at. */
struct survey {
	size_t members_unseen;    /* their records are not in the stream */
	size_t logs, metrics;     /* of the incident's components, or of none, in its time */
	size_t changes;           /* before the onset, on the incident's components */
	size_t changes_elsewhere; /* before the onset, on others */
};

/* Where a record belongs. False: to something outside of the incident. *factor: how far that is
 * certain; a record that names no place may be of something else. */
bool survey_locate(const struct suspects *ss, const struct incident *inc, const struct item *it,
		   size_t *row, double *factor);

/* The signals of a matched record speak on that row; the first record that shows one is quoted for
 * it. */
void survey_speak(struct suspects *ss, const struct sources *from, size_t row,
		  const struct item *it, double factor);

/* The row of a cause that aiops-correlate ranked, made if need be. */
size_t cause_row(struct suspects *ss, struct span component);

/* Fills ss (initialised, empty). Matches context records when it first looks at them. O(members +
 * context). */
struct survey survey(struct suspects *ss, struct context *c, const struct incident *inc);

#endif
