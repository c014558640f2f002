/*
 * What a listener counts, and as text for a scraper: OpenMetrics 1.0, or the older text
 * format 0.0.4 of Prometheus, which promtool reads too.
 */
#ifndef AIOPS_INGEST_METRICS_H
#define AIOPS_INGEST_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum { METRICS_BUCKETS = 12, METRICS_CODES = 32 };

struct metrics {
	int64_t deliveries, events, body_bytes, replays;
	struct metrics_code {
		char code[24];
		int64_t count;
	} requests[METRICS_CODES], rejects[METRICS_CODES]; /* in order of first appearance */
	size_t n_requests, n_rejects;
	int64_t within[METRICS_BUCKETS + 1]; /* not added up; the last is beyond all */
	double seconds;
	/* set before they are shown */
	int64_t spool_deliveries, spool_bytes, pending_bytes, connections_busy;
	double spool_age_s;
	bool has_spool;
};

/* A request was answered with this status; 0: its sender had gone. */
void metrics_request(struct metrics *m, int status, double seconds);
void metrics_reject(struct metrics *m, const char *code);

void metrics_add_text(const struct metrics *m, bool openmetrics, struct buf *out);
/* The Content-Type of either text. */
const char *metrics_content_type(bool openmetrics);

#endif
