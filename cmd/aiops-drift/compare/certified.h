/*
 * The measurements of one feature where one side, or both, is a profile: numbers
 * with the bounds that hold for the values themselves. What is called significant or
 * material is so at the bounds' less alarming end.
 */
#ifndef AIOPS_DRIFT_CERTIFIED_H
#define AIOPS_DRIFT_CERTIFIED_H

#include "aiops-drift/compare/analysis.h"
#include "record/jsonw.h"

/* Fills what analyse fills for numbers; a's counts are there. A side that has values is made
 * a profile of. */
void certified_analyse(struct analysis *a, const struct side *ref, const struct side *cur,
		       const struct analysis_options *o);

/* The lower ends of D and g. */
void certified_effects(struct analysis *a, double z);

/* The member `bounds` of a result; nothing where there are none. */
void certified_write(struct jsonw *w, const struct analysis *a);

#endif
