/*
 * The part of an analysis that is about categories. Pure.
 */
#ifndef AIOPS_DRIFT_CATEGORY_H
#define AIOPS_DRIFT_CATEGORY_H

#include "aiops-drift/compare/analysis.h"

/* Sets category, values_p, values_usable, psi and js of an analysis whose type and
 * sizes are known, and the moments of a boolean one (true is 1). */
void category_analyse(struct analysis *a, const struct categories *c,
		      const struct analysis_options *o);

#endif
