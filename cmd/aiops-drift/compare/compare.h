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
	const char *window, *reference_window;
	int64_t lateness_ms;
	const char *value;
	struct opt_texts by;
	int values_as; /* enum values_as */
	struct opt_texts sentinels;
	double alpha;
	int rule;    /* enum rule */
	int fdr;     /* enum adjustment */
	int missing; /* enum compare_missing */
	double w1_trim;
	int format; /* enum compare_format */
	bool alert, plot;
	int64_t max_features, max_values, max_categories;
	bool monitor, list_baselines;
	const char *baseline_dir, *baseline, *save_baseline;
	int64_t baseline_max_age_ms;
	int64_t last; /* values of a feature that the monitor looks at */
	const char *positive;
	int64_t join_window_ms, join_max;
};

/* The command's run function. */
int compare_run(struct cli *c);

#endif
