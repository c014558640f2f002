/*
 * How each metric that is known by its name moved when the incident began.
 */
#ifndef AIOPS_TRIAGE_COURSES_H
#define AIOPS_TRIAGE_COURSES_H

#include <stdbool.h>
#include <stddef.h>

#include "aiops-triage/evidence/series.h"
#include "aiops-triage/evidence/shift.h"
#include "aiops-triage/evidence/telemetry.h"
#include "aiops-triage/explain/incident.h"

/* From so many usual spreads on it moved. A median beyond the P5 and P95 of the time before is
 * beyond one; tuned on nothing. */
#define MOVED 1.0

struct course {
	const struct series *series;
	/* The part of a call's time that the callee does not account for: what its caller
	 * measured less what it measured itself, an internal property of the callee. */
	bool is_gap;
	enum metric_class class;
	struct span component, service, host; /* what it speaks of */
	bool known;                           /* there was enough to measure */
	struct shift shift;
	struct span record_id; /* of the sample that shift.at is; borrowed */
	double value;          /* that it has */
};

/* Measures all series of a class that is not ignored; those of traffic are listed unmeasured. The
 * incident must be dated. The caller frees. O(points log points). */
struct course *courses_measure(const struct telemetry *t, const struct incident *inc, size_t *n);

/* The samples of a series, counters as rates; returns how many. The caller frees *out. */
size_t course_samples(const struct series *s, struct sample **out);

static inline bool course_moved(const struct course *c)
{
	return c->known && c->shift.score >= MOVED;
}

#endif
