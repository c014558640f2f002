/*
 * aiops-drift forecast: time until a threshold is crossed, with an interval.
 */
#ifndef AIOPS_DRIFT_FORECAST_H
#define AIOPS_DRIFT_FORECAST_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/cli.h"

enum forecast_format { FORECAST_NDJSON, FORECAST_TABLE };

struct forecast_options {
	const char *value, *threshold;
	struct opt_texts by;
	int condition; /* enum watch_condition; equals is not offered */
	int method;    /* enum forecast_method */
	int format;    /* enum forecast_format */
	double alpha;
	int64_t horizon_ms, period_ms;
	bool alert, plot;
	int64_t max_features, max_values;
};

/* The command's run function. */
int forecast_run(struct cli *c);

#endif
