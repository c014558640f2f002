/*
 * The filter: alerts from the stream to the engine, annotations and incident
 * records back.
 */
#ifndef AIOPS_CORRELATE_STREAM_H
#define AIOPS_CORRELATE_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/cli.h"

enum summary_format { FORMAT_NDJSON, FORMAT_TABLE };
enum emit { EMIT_ALL, EMIT_INCIDENTS, EMIT_EVENTS };

struct correlate_options {
	int64_t window_ms, dedup_ms, lateness_ms;
	int64_t max_group, max_active;
	int64_t cooldown_ms, max_per_hour;
	int64_t topology_age_ms, changes_ms;
	const char *topology, *maintenance, *rules;
	int emit; /* enum emit */
	bool summary;
	int64_t summary_every_ms;
	int format; /* enum summary_format */
};

/* The command: returns the exit code, messages were printed. */
int correlate_run(struct cli *c);

#endif
