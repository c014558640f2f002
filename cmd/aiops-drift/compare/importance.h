/*
 * aiops-drift importance: which features' relation to a target moved, or whose place in
 * a list of importances.
 */
#ifndef AIOPS_DRIFT_IMPORTANCE_H
#define AIOPS_DRIFT_IMPORTANCE_H

#include <stdint.h>

#include "cli/cli.h"

struct importance_options {
	const char *reference, *target, *list;
	struct opt_texts features;
	double alpha;
	int fdr;    /* enum adjustment */
	int format; /* enum compare_format */
	int64_t max_values;
};

/* The command's run function. */
int importance_run(struct cli *c);

#endif
