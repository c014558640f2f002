/*
 * aiops-drift sketch and merge: profiles out of values, and out of profiles.
 */
#ifndef AIOPS_DRIFT_SKETCH_H
#define AIOPS_DRIFT_SKETCH_H

#include <stdint.h>

#include "cli/cli.h"

/* Categories of a feature that are counted one by one; beyond, some are counted in groups. */
#define PROFILE_CATEGORIES 2048

struct sketch_options {
	const char *against; /* profiles whose knots are taken, or NULL */
	const char *value;
	struct opt_texts by, sentinels;
	int values_as; /* enum values_as */
	int64_t max_features;
};

/* The commands' run functions. */
int sketch_run(struct cli *c);
int merge_run(struct cli *c);

#endif
