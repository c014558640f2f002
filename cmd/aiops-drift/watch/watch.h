/*
 * aiops-drift watch: a stream of metrics annotated, with alerts.
 */
#ifndef AIOPS_DRIFT_WATCH_H
#define AIOPS_DRIFT_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/cli.h"

enum watch_format { WATCH_NDJSON, WATCH_TABLE };

struct watch_options {
	const char *rules, *value, *zone;
	struct opt_texts by;
	int season; /* enum season_kind */
	int format; /* enum watch_format */
	bool alert, logs, plot;
	double false_alarms; /* of a series and day */
	double missing;      /* mean gaps without a record; 0: off */
	int64_t pending_ms, resolve_ms, cool_down_ms, lateness_ms, forget_ms;
	int64_t max_series, max_templates;
};

/* The command's run function. */
int watch_run(struct cli *c);

#endif
