/*
 * compare --monitor, --save-baseline and --list-baselines: the health of features
 * against a baseline.
 */
#ifndef AIOPS_DRIFT_MONITOR_H
#define AIOPS_DRIFT_MONITOR_H

#include "aiops-drift/compare/compare.h"
#include "cli/cli.h"

/* Is it this that the options ask for? */
bool monitor_wanted(const struct compare_options *o);

/* Its run function; the grouping's and the features' options are checked by the caller. */
struct features_options;
int monitor_run(struct cli *c, const struct features_options *how);

#endif
