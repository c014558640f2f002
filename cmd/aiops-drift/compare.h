/*
 * aiops-drift compare: a reference window against the current one.
 */
#ifndef AIOPS_DRIFT_COMPARE_H
#define AIOPS_DRIFT_COMPARE_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/cli.h"

enum compare_format { FORMAT_NDJSON, FORMAT_TABLE };
enum compare_missing { MISSING_BIN, MISSING_DROP };

struct compare_options {
	const char *reference;
	const char *value;
	struct opt_texts by;
	double alpha;
	int rule;    /* enum rule */
	int missing; /* enum compare_missing */
	int format;  /* enum compare_format */
	bool alert;
	int64_t max_features, max_values;
};

/* The command's run function. */
int compare_run(struct cli *c);

#endif
