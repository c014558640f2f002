/*
 * aiops-drift summary: what the results of the last day say, feature by feature.
 */
#ifndef AIOPS_DRIFT_SUMMARY_H
#define AIOPS_DRIFT_SUMMARY_H

#include <stdint.h>

#include "cli/cli.h"

struct summary_options {
	int64_t last_ms;
	int format; /* enum compare_format */
	int64_t max_results;
};

/* The command's run function. */
int summary_run(struct cli *c);

#endif
